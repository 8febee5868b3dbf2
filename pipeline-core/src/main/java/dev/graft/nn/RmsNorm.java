// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import dev.graft.nn.engine.Fused;

/**
 * Normalisation by the root of the mean square (Zhang & Sennrich 2019, section 4).
 *
 * @param weight [width]
 * @param eps added to the mean square
 * @param plusOne whether the factor is 1 + weight, as Gemma stores it
 */
public record RmsNorm(NDArray weight, Factor eps, boolean plusOne) implements Norm {
    @Override
    public NDArray forward(NDArray x) {
        return Fused.rmsNorm(x, plusOne ? weight.add(1) : weight, eps.value());
    }
}
