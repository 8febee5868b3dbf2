// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Dropout masks. They are drawn here and not by the engine, whose generator is one for all
 * threads: so a run does not depend on what trains beside it, and can be resumed exactly. Not for several threads.
 */
public final class Masks {
    private static final int STEPS = 1 << 16;

    /** What the generator adds to its seed with each draw (Steele et al. 2014, section 3), so that it can start anywhere. */
    private static final long GAMMA = 0x9e3779b97f4a7c15L;

    private RandomGenerator random;
    private long position;
    private byte[] drawn = new byte[0];
    private ByteBuffer scratch = ByteBuffer.allocateDirect(0);

    public Masks(long seed) {
        position = seed;
        random = new SplittableRandom(seed);
    }

    /** The seed of all that is still to be drawn. */
    long position() {
        return position;
    }

    /** Draws from here on as {@code new Masks(seed)} would. */
    public Masks reseed(long seed) {
        position = seed;
        random = new SplittableRandom(seed);
        return this;
    }

    /**
     * An array of the shape, device and manager of {@code x}: 0 with probability {@code p}, else 1 / (1 - p).
     *
     * @param p from 0 to under 1, rounded to steps of 1/65536
     */
    NDArray draw(NDArray x, double p) {
        int size = Math.toIntExact(x.size());
        if (drawn.length < size) {
            drawn = new byte[size];
            scratch = ByteBuffer.allocateDirect(size);
        }
        fill(size, (int) Math.round(p * STEPS));
        // The engine reads a direct buffer in place and keeps no hold on it; the conversion copies, so that the mask
        // outlives the buffer until the backward pass.
        ByteBuffer bits = scratch.duplicate().clear().put(drawn, 0, size).flip();
        try (NDArray kept = x.getManager().create(bits, x.getShape(), DataType.UINT8)) {
            return kept.toType(DataType.FLOAT32, true).muli(1 / (1 - p));
        }
    }

    private void fill(int size, int threshold) {
        long bits = 0;
        position += GAMMA * ((size + 3) / 4);
        for (int i = 0; i < size; i++) {
            bits = (i & 3) == 0 ? random.nextLong() : bits >>> 16;
            drawn[i] = (byte) ((bits & (STEPS - 1)) < threshold ? 0 : 1);
        }
    }
}
