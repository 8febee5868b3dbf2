// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;

/**
 * Position-wise feed-forward block (Vaswani et al. 2017, section 3.3).
 *
 * @param activation between the two maps
 */
public record FeedForward(Linear intermediate, Linear output, Activation activation) implements Sublayer {
    @Override
    public NDArray forward(NDArray x, Context context) {
        return output.forward(activation.apply(intermediate.forward(x, context.pass())), context.pass());
    }
}
