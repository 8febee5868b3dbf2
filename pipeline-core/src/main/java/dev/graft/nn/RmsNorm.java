// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;

/**
 * Normalisation by the root of the mean square (Zhang & Sennrich 2019, section 4).
 *
 * @param weight [width]
 * @param eps added to the mean square
 * @param plusOne whether the factor is 1 + weight, as Gemma stores it
 */
public record RmsNorm(NDArray weight, float eps, boolean plusOne) implements Norm {
    @Override
    public NDArray forward(NDArray x) {
        NDArray root = x.square().mean(new int[] {-1}, true).add(eps).sqrt(); // (..., 1)
        NDArray unit = x.div(root);
        return plusOne ? unit.mul(weight).add(unit) : unit.mul(weight);
    }
}
