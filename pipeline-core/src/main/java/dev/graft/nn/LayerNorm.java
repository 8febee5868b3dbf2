// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;

/**
 * Layer normalisation (Ba et al. 2016).
 *
 * @param weight [width]
 * @param bias [width]
 * @param eps added to the variance
 */
public record LayerNorm(NDArray weight, NDArray bias, float eps) implements Norm {
    @Override
    public NDArray forward(NDArray x) {
        return ai.djl.nn.norm.LayerNorm.layerNorm(x, weight.getShape(), weight, bias, eps)
                .singletonOrThrow();
    }
}
