// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import static dev.graft.adapt.Mergeable.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.nn.Dense;
import dev.graft.nn.Dropout;
import dev.graft.nn.Factor;
import dev.graft.nn.Pass;
import dev.graft.nn.engine.Fused;

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
record LoraLinear(Dense base, NDArray a, NDArray b, Factor scale, Dropout dropout, Switch adapter)
        implements Mergeable {
    @Override
    public NDArray forward(NDArray x, Pass pass) {
        if (!adapter.isOn()) {
            return base.forward(x, pass);
        }
        NDArray rows = x.reshape(-1, base.in());
        NDArray plain = base.forward(rows, pass); // (rows, out)
        NDArray changed = Fused.lowRank(plain, dropout.apply(rows, pass), a, b, scale.value());
        return changed.reshape(
                x.getShape().slice(0, x.getShape().dimension() - 1).add(base.out())); // (..., out)
    }

    /** (..., in) to what is added (..., out). */
    NDArray change(NDArray x, Pass pass) {
        return product(dropout.apply(x, pass), a, b);
    }

    @Override
    public Dense merged(NDManager scope) {
        return new Dense(within(scope, base.weight(scope).add(difference(scope))), base.bias());
    }

    /** {@code scale B A} (out, in). */
    NDArray difference(NDManager scope) {
        return within(scope, scale.times(within(scope, b.matMul(a))));
    }

    NDArray product(NDArray x, NDArray first, NDArray second) {
        NDArray narrow = scale.times(linear(x, first)); // (..., r)
        return linear(narrow, second);
    }

    private static NDArray linear(NDArray x, NDArray weight) {
        return ai.djl.nn.core.Linear.linear(x, weight).singletonOrThrow();
    }
}
