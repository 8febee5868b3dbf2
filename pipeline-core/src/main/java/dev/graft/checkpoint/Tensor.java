// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * A named array of 32-bit floats.
 *
 * @param name as Hugging Face names the parameter
 * @param shape row-major; empty for a scalar
 * @param source of {@code product(shape)} values
 * @param blocks as its file has it, where that is in few bits
 */
public record Tensor(String name, long[] shape, Source source, Optional<Blocks> blocks) {
    public Tensor(String name, long[] shape, Source source) {
        this(name, shape, source, Optional.empty());
    }

    /** Where values lie. A file is read each time anew, so that a model's weights stay in no memory but the engine's. */
    @FunctionalInterface
    public interface Source {
        /** Fills {@code to}, a little-endian buffer that has room for all values and no more. */
        void read(ByteBuffer to);
    }

    /** A tensor in memory. */
    public static Tensor of(String name, long[] shape, FloatBuffer values) {
        Tensor tensor = new Tensor(name, shape, to -> to.asFloatBuffer().put(values.duplicate()));
        if (tensor.size() != values.remaining()) {
            throw new IllegalArgumentException(name + ": shape " + Arrays.toString(shape) + " holds " + tensor.size()
                    + " values, but " + values.remaining() + " are given");
        }
        return tensor;
    }

    /** A tensor in memory. */
    public static Tensor of(String name, long[] shape, float... values) {
        return of(name, shape, FloatBuffer.wrap(values));
    }

    /** The number of values. */
    public int size() {
        return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    }

    /**
     * Copies the values.
     *
     * @param to of 4 bytes a value, which are filled in little-endian order
     */
    public void read(ByteBuffer to) {
        source.read(to.slice().order(ByteOrder.LITTLE_ENDIAN));
    }

    /** The values, copied. */
    public float[] values() {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(4, size())).order(ByteOrder.LITTLE_ENDIAN);
        read(bytes);
        float[] values = new float[size()];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    /**
     * @param values of this tensor
     * @param place where it is from, for the error
     * @throws CheckpointException if one is not a number or infinite
     */
    public void requireFinite(FloatBuffer values, String place) {
        for (int i = values.position(); i < values.limit(); i++) {
            if (!Float.isFinite(values.get(i))) {
                throw new CheckpointException(
                        place + ": " + name + " has a value that is " + values.get(i) + "; each must be finite");
            }
        }
    }

    /** [rows, columns] to [columns, rows], in memory. */
    public Tensor transposed(String as) {
        if (shape.length != 2) {
            throw new IllegalArgumentException(
                    name + ": only a matrix can be transposed, not " + Arrays.toString(shape));
        }
        int rows = Math.toIntExact(shape[0]);
        int columns = Math.toIntExact(shape[1]);
        float[] from = values();
        float[] to = new float[from.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                to[column * rows + row] = from[row * columns + column];
            }
        }
        return of(as, new long[] {columns, rows}, to);
    }

    public Tensor named(String other) {
        return new Tensor(other, shape, source, blocks);
    }
}
