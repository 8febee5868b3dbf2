// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import static dev.graft.adapt.Mergeable.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.nn.Dense;
import dev.graft.nn.Pass;
import dev.graft.nn.engine.GradMode;

/**
 * Weight-decomposed low-rank adaptation (Liu et al. 2024, equation 5): the rows of {@code W + scale B A} are brought to learnt
 * lengths. The lengths that they have count as constants for the gradient (section 4.3).
 *
 * @param lora the change of direction
 * @param magnitude [out], the learnt lengths
 */
record DoraLinear(LoraLinear lora, NDArray magnitude) implements Mergeable {
    @Override
    public NDArray forward(NDArray x, Pass pass) {
        Dense base = lora.base();
        NDArray plain = base.forward(x, pass); // (..., out)
        if (!lora.adapter().isOn()) {
            return plain;
        }
        NDArray unbiased = base.bias() == null ? plain : plain.sub(base.bias());
        NDArray factor = magnitude.div(lengths()); // (out)
        return plain.add(unbiased.mul(factor.sub(factor.onesLike())))
                .add(lora.change(x, pass).mul(factor));
    }

    @Override
    public Dense base() {
        return lora.base();
    }

    @Override
    public Dense merged(NDManager scope) {
        NDArray changed = lora.merged(scope).weight(); // (out, in)
        NDArray factor = within(scope, magnitude.div(within(scope, lengths(changed)))); // (out)
        NDArray column = within(scope, factor.reshape(factor.size(), 1));
        return new Dense(within(scope, changed.mul(column)), base().bias());
    }

    private NDArray lengths() {
        try (GradMode off = GradMode.off();
                NDManager scope = magnitude.getManager().newSubManager()) {
            return within(magnitude.getManager(), lengths(lora.merged(scope).weight()));
        }
    }

    /** (out, in) to the lengths of the rows (out). */
    static NDArray lengths(NDArray weight) {
        try (GradMode off = GradMode.off();
                NDArray squares = weight.square();
                NDArray sums = squares.sum(new int[] {1})) {
            return sums.sqrt();
        }
    }
}
