// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import dev.graft.nn.Dense;
import dev.graft.nn.Dropout;
import dev.graft.nn.Factor;
import dev.graft.nn.Linear;
import dev.graft.nn.Pass;

/**
 * Low-rank adaptation (Hu et al. 2021, section 4.1): {@code y = W x + b + scale B A dropout(x)}, of which only A and B
 * are trained.
 *
 * @param base the frozen map
 * @param a [r, in]
 * @param b [out, r]; zeros at the start, so that nothing changes
 * @param scale alpha / r
 * @param dropout of the adapter's input
 * @param adapter whether A and B count
 */
record LoraLinear(Dense base, NDArray a, NDArray b, Factor scale, Dropout dropout, Switch adapter) implements Linear {
    @Override
    public NDArray forward(NDArray x, Pass pass) {
        if (!adapter.isOn()) {
            return base.forward(x, pass);
        }
        NDArray narrow = scale.times(linear(dropout.apply(x, pass), a)); // (..., r)
        return base.forward(x, pass).add(linear(narrow, b)); // (..., out)
    }

    private static NDArray linear(NDArray x, NDArray weight) {
        return ai.djl.nn.core.Linear.linear(x, weight).singletonOrThrow();
    }
}
