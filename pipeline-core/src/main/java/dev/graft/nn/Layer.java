// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.Optional;

/**
 * A layer of a transformer. What it computes on the way is freed with it, unless a backward pass needs it.
 *
 * @param cross attention to an encoder's states, in decoders that have one
 */
public record Layer(Residual attention, Optional<Residual> cross, Residual feedForward) {
    /** Without a look at an encoder. */
    public Layer(Residual attention, Residual feedForward) {
        this(attention, Optional.empty(), feedForward);
    }

    /**
     * (B, T, H) to (B, T, H).
     *
     * @param last whether what is not asked for ends here: then (1, P, H), if some states alone are
     */
    NDArray forward(NDArray x, Context context, boolean last) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray own = attention.forward(x, context);
            NDArray seen = cross.map(each -> each.forward(own, context)).orElse(own);
            NDArray out = feedForward.forward(last ? context.picked(seen) : seen, context);
            NDScope.unregister(out);
            return out;
        }
    }
}
