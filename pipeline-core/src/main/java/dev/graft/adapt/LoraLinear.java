// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import static dev.graft.adapt.Mergeable.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.nn.Dense;
import dev.graft.nn.Dropout;
import dev.graft.nn.Factor;
import dev.graft.nn.Linear;
import dev.graft.nn.Pass;
import dev.graft.nn.engine.Fused;
import java.util.List;
import java.util.stream.Stream;

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
        return widened(x, base.forward(rows, pass), linear(dropout.apply(rows, pass), a));
    }

    /** Products with a few columns take about as long as those with three times as many: all A are one matrix where the inputs are the same. */
    @Override
    public NDList forward(NDArray x, List<Linear> others, Pass pass) {
        List<LoraLinear> alike = Stream.concat(Stream.of(this), others.stream())
                .filter(LoraLinear.class::isInstance)
                .map(LoraLinear.class::cast)
                .filter(each -> each.adapter.isOn() && !each.dropout.isDue(pass))
                .toList();
        if (alike.size() <= others.size()) {
            return Mergeable.super.forward(x, others, pass);
        }
        NDArray rows = x.reshape(-1, base.in());
        NDArray all =
                NDArrays.concat(new NDList(alike.stream().map(LoraLinear::a).toList())); // (sum of r, in)
        NDArray narrow = linear(rows, all); // (rows, sum of r)
        NDList parts = narrow.split(starts(alike), 1); // (rows, r) each
        NDList wide = new NDList(alike.size());
        for (int i = 0; i < alike.size(); i++) {
            wide.add(alike.get(i).widened(x, alike.get(i).base.forward(rows, pass), parts.get(i)));
        }
        return wide;
    }

    /** Where the rows of each A but the first begin when all lie behind each other. */
    private static long[] starts(List<LoraLinear> maps) {
        long[] starts = new long[maps.size() - 1];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = (i == 0 ? 0 : starts[i - 1]) + maps.get(i).a.getShape().get(0);
        }
        return starts;
    }

    /** What the base gives (rows, out) and {@code A x} (rows, r) to (..., out). */
    private NDArray widened(NDArray x, NDArray plain, NDArray narrow) {
        Shape outer = x.getShape().slice(0, x.getShape().dimension() - 1);
        return Fused.widened(plain, narrow, b, scale.value()).reshape(outer.add(base.out())); // (..., out)
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
