// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/**
 * Position-wise feed-forward block (Vaswani et al. 2017, section 3.3).
 *
 * @param activation between the two maps, such as the exact, erf-based GELU of BERT
 */
record FeedForward(Linear intermediate, Linear output, UnaryOperator<NDArray> activation) {
    /** (B, T, H) to (B, T, H). */
    NDArray forward(NDArray x, Pass pass) {
        return output.forward(activation.apply(intermediate.forward(x, pass)), pass);
    }
}
