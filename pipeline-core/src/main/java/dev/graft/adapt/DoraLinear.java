// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import static dev.graft.adapt.Mergeable.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.graft.nn.Dense;
import dev.graft.nn.Pass;
import dev.graft.nn.engine.GradMode;

/**
 * Weight-decomposed low-rank adaptation (Liu et al. 2024, equation 5): the rows of {@code W + scale B A} are brought to learnt
 * lengths. The lengths that they have count as constants for the gradient (section 4.3).
 *
 * <p>The lengths are found without that matrix: row by row, {@code |W + s B A|^2 = |W|^2 + 2 s B (A W^T) + s^2 B (A A^T) B^T}.
 *
 * @param lora the change of direction
 * @param magnitude [out], the learnt lengths
 * @param squares [out], the squared lengths of the base's rows
 */
record DoraLinear(LoraLinear lora, NDArray magnitude, NDArray squares) implements Mergeable {
    @Override
    public NDArray forward(NDArray x, Pass pass) {
        Dense base = lora.base();
        NDArray plain = base.forward(x, pass); // (..., out)
        if (!lora.adapter().isOn()) {
            return plain;
        }
        NDManager scope = x.getManager();
        NDArray factor = within(scope, magnitude.div(lengths(scope))); // (out)
        NDArray change = lora.change(x, pass);
        NDArray bias = base.bias();
        return bias == null
                ? plain.add(change).mul(factor)
                : plain.sub(bias).add(change).mul(factor).add(bias);
    }

    @Override
    public Dense base() {
        return lora.base();
    }

    @Override
    public Dense merged(NDManager scope) {
        NDArray changed = lora.merged(scope).weight(); // (out, in)
        NDArray factor =
                within(scope, magnitude.div(within(scope, squares(changed).sqrt()))); // (out)
        NDArray column = within(scope, factor.reshape(factor.size(), 1));
        return new Dense(within(scope, changed.mul(column)), base().bias());
    }

    private NDArray lengths(NDManager scope) {
        NDArray lengths;
        try (GradMode off = GradMode.off();
                NDScope own = new NDScope()) {
            own.suppressNotUsedWarning();
            NDArray a = lora.a();
            NDArray b = lora.b();
            NDArray onBase = lora.base().unbiased(a).transpose(); // (out, r)
            NDArray onSelf = b.matMul(a.matMul(a.transpose())); // (out, r)
            NDArray crossed = lora.scale().times(onBase.mul(2).add(lora.scale().times(onSelf)));
            lengths = within(
                    scope,
                    squares.add(crossed.mul(b).sum(new int[] {1})).maximum(0).sqrt());
            NDScope.unregister(lengths);
        }
        NDScope.register(lengths);
        return lengths;
    }

    /** (out, in) to the squared lengths of the rows (out). */
    static NDArray squares(NDArray weight) {
        try (GradMode off = GradMode.off();
                NDArray squares = weight.square()) {
            return squares.sum(new int[] {1});
        }
    }
}
