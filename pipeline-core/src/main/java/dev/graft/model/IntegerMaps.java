// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import ai.djl.ndarray.NDManager;
import dev.graft.nn.Dense;
import dev.graft.nn.IntegerLinear;
import dev.graft.nn.Linear;
import dev.graft.nn.engine.IntegerProducts;

/** Puts maps of 8-bit integers in the place of those that are large enough to gain by them. */
public final class IntegerMaps implements Adaptation {
    private final IntegerProducts products;

    /**
     * @param manager of the CPU; lives as long as the model
     */
    public IntegerMaps(NDManager manager) {
        products = new IntegerProducts(manager);
    }

    @Override
    public Linear linear(String name, Dense base) {
        return rounded(base);
    }

    @Override
    public Linear output(String name, Dense base) {
        return rounded(base);
    }

    private Linear rounded(Dense base) {
        return IntegerLinear.isWorth(base.out(), base.in())
                ? new IntegerLinear(
                        products, base.weight(), base.bias(), base.weight().getManager())
                : base;
    }
}
