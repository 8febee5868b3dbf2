// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.norm.LayerNorm;

/**
 * Layer normalisation (Ba et al. 2016) over the last dimension.
 *
 * @param weight [width]
 * @param bias [width]
 * @param eps added to the variance
 */
record Norm(NDArray weight, NDArray bias, float eps) {
    NDArray forward(NDArray x) {
        return LayerNorm.layerNorm(x, weight.getShape(), weight, bias, eps).singletonOrThrow();
    }
}
