// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import static dev.graft.adapt.Mergeable.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.nn.Dense;
import dev.graft.nn.Pass;

/**
 * A linear map whose input or output is scaled (Liu et al. 2022, section 3.3).
 *
 * @param factors [1, in] or [out, 1]
 * @param inner whether the input is scaled, and not the output
 */
record ScaledLinear(Dense base, NDArray factors, boolean inner, Switch adapter) implements Mergeable {
    @Override
    public NDArray forward(NDArray x, Pass pass) {
        if (!adapter.isOn()) {
            return base.forward(x, pass);
        }
        NDArray flat = factors.reshape(factors.size());
        return inner ? base.forward(x.mul(flat), pass) : base.forward(x, pass).mul(flat);
    }

    @Override
    public Dense merged(NDManager scope) {
        NDArray weight = within(scope, base.weight(scope).mul(factors)); // (out, in)
        if (base.bias() == null || inner) {
            return new Dense(weight, base.bias());
        }
        NDArray flat = within(scope, factors.reshape(factors.size()));
        return new Dense(weight, within(scope, base.bias().mul(flat)));
    }
}
