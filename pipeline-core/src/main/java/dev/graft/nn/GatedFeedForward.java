// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;

/**
 * Gated feed-forward block (Shazeer 2020): {@code down(activation(gate(x)) * up(x))}. F is the inner width.
 *
 * @param gates to gate and up
 * @param dropout before the last map
 */
public record GatedFeedForward(Gates gates, Linear down, Activation activation, Dropout dropout) implements Sublayer {
    /** The maps to gate and up. */
    public sealed interface Gates {
        /** (B, T, H) to gate (B, T, F) and up (B, T, F). */
        NDList of(NDArray x, Pass pass);
    }

    /** Two maps. */
    public record Separate(Linear gate, Linear up) implements Gates {
        @Override
        public NDList of(NDArray x, Pass pass) {
            return gate.forward(x, List.of(up), pass);
        }
    }

    /** One map whose outputs lie side by side, the gate first. */
    public record Fused(Linear map) implements Gates {
        @Override
        public NDList of(NDArray x, Pass pass) {
            return map.forward(x, pass).split(2, 2);
        }
    }

    @Override
    public NDArray forward(NDArray x, Context context) {
        NDList both = gates.of(x, context.pass());
        NDArray gated = activation.apply(both.get(0)).mul(both.get(1)); // (B, T, F)
        return down.forward(dropout.apply(gated, context.pass()), context.pass());
    }
}
