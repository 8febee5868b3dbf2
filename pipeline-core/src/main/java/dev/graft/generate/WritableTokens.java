// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import ai.djl.ndarray.NDArray;

/**
 * The tokens that may be written.
 *
 * @param tokens C of them, ascending
 * @param vocabulary V, the number of all tokens
 */
record WritableTokens(int[] tokens, int vocabulary) {
    /** Logits (B, V) of all tokens to those of the candidates (B, C). */
    NDArray of(NDArray logits) {
        return tokens.length == vocabulary
                ? logits
                : logits.transpose().get(logits.getManager().create(tokens)).transpose();
    }
}
