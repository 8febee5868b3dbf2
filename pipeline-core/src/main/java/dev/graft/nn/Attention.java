// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;

/**
 * Multi-head self-attention (Vaswani et al. 2017, section 3.2). B is the batch, T the tokens, H the hidden width,
 * N the heads, D = H / N.
 *
 * @param scale of the scores, 1 / sqrt(D)
 */
record Attention(Linear query, Linear key, Linear value, Linear output, int heads, Factor scale, Dropout dropout) {
    /**
     * @param x (B, T, H)
     * @param bias (B, 1, 1, T) or (1, 1, T, T), 0 where a token may be seen and very negative where not
     * @return (B, T, H)
     */
    NDArray forward(NDArray x, NDArray bias, Pass pass) {
        long batch = x.getShape().get(0);
        long tokens = x.getShape().get(1);
        long hidden = x.getShape().get(2);
        NDArray q = split(query.forward(x, pass), batch, tokens); // (B, N, T, D)
        NDArray k = split(key.forward(x, pass), batch, tokens); // (B, N, T, D)
        NDArray v = split(value.forward(x, pass), batch, tokens); // (B, N, T, D)
        NDArray scores = scale.times(q).matMul(k.transpose(0, 1, 3, 2)); // (B, N, T, T)
        NDArray weights = dropout.apply(scores.add(bias).softmax(-1), pass); // (B, N, T, T)
        NDArray mixed = weights.matMul(v); // (B, N, T, D)
        return output.forward(mixed.transpose(0, 2, 1, 3).reshape(batch, tokens, hidden), pass); // (B, T, H)
    }

    private NDArray split(NDArray x, long batch, long tokens) {
        return x.reshape(batch, tokens, heads, -1).transpose(0, 2, 1, 3); // (B, N, T, D)
    }
}
