// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;

/** A layer of a transformer. What it computes on the way is freed with it, unless a backward pass needs it. */
public record Layer(Residual attention, Residual feedForward) {
    /** (B, T, H) to (B, T, H). */
    NDArray forward(NDArray x, Context context) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray out = feedForward.forward(attention.forward(x, context), context);
            NDScope.unregister(out);
            return out;
        }
    }
}
