// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;

/** Position-wise feed-forward block (Vaswani et al. 2017, section 3.3) with the exact, erf-based GELU of BERT. */
record FeedForward(Linear intermediate, Linear output) {
    /** (B, T, H) to (B, T, H). */
    NDArray forward(NDArray x, Pass pass) {
        return output.forward(Activation.gelu(intermediate.forward(x, pass)), pass);
    }
}
