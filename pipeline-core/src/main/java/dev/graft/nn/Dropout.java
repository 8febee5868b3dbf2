// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import java.util.random.RandomGenerator;

/**
 * Dropout (Srivastava et al. 2014) in its inverted form. The mask is drawn here and not by the engine, whose generator
 * is one for all threads: so a run does not depend on what trains beside it, and can be resumed exactly.
 *
 * @param p share of values set to 0, from 0 to under 1, in steps of 1/65536
 */
public record Dropout(double p) {
    public Dropout {
        if (!(p >= 0 && p < 1)) {
            throw new IllegalArgumentException("dropout is " + p + "; allowed is from 0 to under 1");
        }
    }

    /** (...) to (...): as it is in evaluation; while training, zeros and the rest times 1 / (1 - p). */
    public NDArray apply(NDArray x, Pass pass) {
        if (p == 0 || pass.dropout().isEmpty()) {
            return x;
        }
        return x.mul(x.getManager()
                .create(mask(Math.toIntExact(x.size()), pass.dropout().get()), x.getShape()));
    }

    private float[] mask(int size, RandomGenerator random) {
        int threshold = (int) Math.round(p * 65536);
        float scale = (float) (1 / (1 - p));
        float[] mask = new float[size];
        long bits = 0;
        for (int i = 0; i < size; i++) {
            bits = (i & 3) == 0 ? random.nextLong() : bits >>> 16;
            mask[i] = (bits & 0xffff) < threshold ? 0 : scale;
        }
        return mask;
    }
}
