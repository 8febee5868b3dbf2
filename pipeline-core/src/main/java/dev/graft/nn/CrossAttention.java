// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import dev.graft.nn.KeyValueCache.KeyValues;

/**
 * Attention of a decoder to an encoder's states (Vaswani et al. 2017, section 3.2.3), which the context's {@link Memory} holds.
 * R is the number of the decoder's rows, B that of the sources, T the tokens, S those of the sources, H the hidden width, N the
 * heads, D the width of a head.
 *
 * @param layer its index among the decoder's layers, by which it finds its keys and values in the memory
 * @param heads N
 * @param scale of the scores, mostly 1 / sqrt(D)
 * @param dropout of the attention weights
 */
public record CrossAttention(
        Linear query, Linear key, Linear value, Linear output, int layer, int heads, Factor scale, Dropout dropout)
        implements Sublayer {
    @Override
    public NDArray forward(NDArray x, Context context) {
        Pass pass = context.pass();
        Memory memory = context.memory();
        KeyValues all = memory.keyValues(
                layer, states -> new KeyValues(split(key.forward(states, pass)), split(value.forward(states, pass))));
        long rows = x.getShape().get(0);
        long tokens = x.getShape().get(1);
        NDArray queries =
                scale.times(query.forward(x, pass)).reshape(rows / memory.share(), memory.share() * tokens, -1);
        NDArray q = split(queries); // (B, N, R / B T, D)
        NDArray scores = q.matMul(all.keys().transpose(0, 1, 3, 2)); // (B, N, R / B T, S)
        NDArray biased = context.memoryBias().map(scores::add).orElse(scores);
        NDArray weights = dropout.apply(biased.softmax(-1), pass);
        NDArray mixed = weights.matMul(all.values()).transpose(0, 2, 1, 3); // (B, R / B T, N, D)
        return output.forward(mixed.reshape(rows, tokens, -1), pass); // (R, T, H)
    }

    private NDArray split(NDArray x) {
        return x.reshape(x.getShape().get(0), x.getShape().get(1), heads, -1).transpose(0, 2, 1, 3); // (., N, ., D)
    }
}
