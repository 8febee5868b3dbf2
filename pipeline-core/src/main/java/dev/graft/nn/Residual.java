// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;

/**
 * {@code outer(x + dropout(after(inner(before(x)))))}. Of the three norms a model has one or two.
 *
 * @param before pre-norm (Radford et al. 2019, section 2.3)
 * @param after of what is added, as Gemma has it besides
 * @param outer post-norm (Vaswani et al. 2017, section 3.1)
 */
public record Residual(Norm before, Sublayer inner, Norm after, Norm outer, Dropout dropout) implements Sublayer {
    public static Residual preNorm(Norm norm, Sublayer inner, Dropout dropout) {
        return new Residual(norm, inner, Norm.NONE, Norm.NONE, dropout);
    }

    public static Residual postNorm(Sublayer inner, Norm norm, Dropout dropout) {
        return new Residual(Norm.NONE, inner, Norm.NONE, norm, dropout);
    }

    @Override
    public NDArray forward(NDArray x, Context context) {
        NDArray added = after.forward(inner.forward(before.forward(x), x, outer, context));
        return outer.forward(x.add(dropout.apply(added, context.pass())));
    }
}
