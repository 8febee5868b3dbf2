// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import static dev.graft.adapt.Mergeable.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.nn.Dense;
import dev.graft.nn.Pass;
import dev.graft.nn.engine.Gradients;

/**
 * LoRA that starts with values which tell: {@code y = W x + b + scale (B A - B0 A0) x}, where the start A0, B0 is frozen. The
 * papers take it from the base's weight instead; this gives the same, leaves the base as it is for all who share it, and is LoRA of
 * twice the rank.
 *
 * @param firstA [r, in]
 * @param firstB [out, r]
 */
record StartedLinear(LoraLinear lora, NDArray firstA, NDArray firstB) implements Mergeable {
    /** Takes the gradient of the base's weight for the start (LoRA-GA), which is let go then. */
    void startAlongGradient(NDManager manager) {
        NDArray weight = base().weight();
        int rank = (int) lora.a().getShape().get(0);
        try (NDManager scope = manager.newSubManager()) {
            PrincipalParts.of(Mergeable.within(scope, weight.getGradient()), 2 * rank)
                    .gradient(lora.a(), lora.b());
        }
        lora.a().copyTo(firstA);
        lora.b().copyTo(firstB);
        Gradients.clear(weight);
        weight.setRequiresGradient(false);
    }

    @Override
    public Dense base() {
        return lora.base();
    }

    @Override
    public Dense merged(NDManager scope) {
        NDArray first = within(scope, lora.scale().times(within(scope, firstB.matMul(firstA))));
        return new Dense(within(scope, lora.merged(scope).weight().sub(first)), base().bias());
    }

    @Override
    public NDArray forward(NDArray x, Pass pass) {
        NDArray plain = lora.base().forward(x, pass);
        if (!lora.adapter().isOn()) {
            return plain;
        }
        NDArray dropped = lora.dropout().apply(x, pass);
        NDArray now = lora.product(dropped, lora.a(), lora.b());
        return plain.add(now.sub(lora.product(dropped, firstA, firstB)));
    }
}
