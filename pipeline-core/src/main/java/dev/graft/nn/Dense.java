// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = x W^T + b}.
 *
 * @param weight [out, in]
 * @param bias [out], if the map has one
 */
public record Dense(NDArray weight, @Nullable NDArray bias) implements Linear {
    @Override
    public NDArray forward(NDArray x, Pass pass) {
        return ai.djl.nn.core.Linear.linear(x, weight, bias).singletonOrThrow();
    }

    /** Width of the input. */
    public long in() {
        return weight.getShape().get(1);
    }

    /** Width of the output. */
    public long out() {
        return weight.getShape().get(0);
    }
}
