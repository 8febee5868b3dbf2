// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;

/**
 * Dropout (Srivastava et al. 2014) in its inverted form.
 *
 * @param p share of values set to 0, from 0 to under 1
 */
public record Dropout(double p) {
    public Dropout {
        if (!(p >= 0 && p < 1)) {
            throw new IllegalArgumentException("dropout is " + p + "; allowed is from 0 to under 1");
        }
    }

    /** Whether anything is set to 0. */
    public boolean isDue(Pass pass) {
        return p > 0 && pass.masks().isPresent();
    }

    /** (...) to (...): as it is in evaluation; while training, zeros and the rest times 1 / (1 - p). */
    public NDArray apply(NDArray x, Pass pass) {
        return p == 0 ? x : pass.masks().map(masks -> x.mul(masks.draw(x, p))).orElse(x);
    }
}
