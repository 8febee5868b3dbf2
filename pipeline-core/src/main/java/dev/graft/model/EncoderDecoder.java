// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import ai.djl.ndarray.NDArray;
import dev.graft.nn.Context;
import dev.graft.nn.Head;
import dev.graft.nn.Transformer;
import java.util.Arrays;
import java.util.Optional;

/**
 * An encoder that reads a source, and a decoder that writes a target and looks at the encoder's states. B is the batch, S the
 * tokens of a source, T those of a target, H the hidden width, V the target's vocabulary.
 *
 * @param encoder source tokens to states
 * @param decoder target tokens and the context's memory to states
 * @param head the decoder's states to logits
 * @param sources source token ids are less than this
 * @param targets V
 * @param positions longest source and target, in tokens
 */
public record EncoderDecoder(
        Transformer encoder, Transformer decoder, Head head, int sources, int targets, int positions) {
    /**
     * Source tokens (B, S) to the encoder's states (B, S, H).
     *
     * @throws IllegalArgumentException if a source is longer than the model's input
     */
    public NDArray encode(NDArray ids, Context context) {
        requireFits(context);
        return encoder.forward(ids, context);
    }

    /**
     * Target tokens (B, T) to the logits (B, T, V) of those behind them.
     *
     * @param context with a memory of the sources
     * @throws IllegalArgumentException if a target is longer than the model's output
     */
    public NDArray logits(NDArray ids, Context context) {
        requireFits(context);
        return head.forward(decoder.forward(ids, context), context.pass());
    }

    /** The decoder and its head, as a language model whose contexts have a memory. */
    public Model writer() {
        return new Model(decoder, Optional.of(head), Optional.empty(), targets, positions);
    }

    private void requireFits(Context context) {
        int last = Arrays.stream(context.tokens().positions()).max().orElse(0);
        if (last >= positions) {
            throw new IllegalArgumentException(
                    "a text of " + (last + 1) + " tokens; the model reads and writes up to " + positions);
        }
    }
}
