// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import ai.djl.ndarray.NDArray;
import dev.graft.nn.Context;
import dev.graft.nn.Head;
import dev.graft.nn.Prefix;
import dev.graft.nn.Transformer;
import java.util.Arrays;
import java.util.Optional;

/**
 * A model as its family builds it. B is the batch, T the tokens, H the hidden width, V the words or classes.
 *
 * @param transformer tokens to hidden states
 * @param head hidden states to logits
 * @param pooled which state of a text the head of {@link HeadKind#SEQUENCE} sees
 * @param vocabulary token ids are less than this
 * @param positions longest input, in tokens, without what stands before each text
 */
public record Model(
        Transformer transformer, Optional<Head> head, Optional<Pooled> pooled, int vocabulary, int positions) {
    /**
     * Token ids (B, T) to hidden states (B, T, H), or (1, P, H) where the context asks for some alone.
     *
     * @throws IllegalArgumentException if a text is longer than the model's input
     */
    public NDArray states(NDArray ids, Context context) {
        int last = Arrays.stream(context.tokens().positions()).max().orElse(0);
        if (last >= positions) {
            throw new IllegalArgumentException(
                    "a text of " + (last + 1) + " tokens; the model reads up to " + positions);
        }
        return transformer.forward(ids, context);
    }

    /** The same with something before each text. */
    public Model behind(Prefix prefix) {
        return new Model(
                new Transformer(transformer.embeddings(), transformer.layers(), transformer.norm(), prefix),
                head,
                pooled,
                vocabulary,
                positions - prefix.tokens());
    }

    /**
     * Hidden states (B, T, H) to logits: (B, V) of a text's class, else (B, T, V).
     *
     * @throws IllegalStateException if the model was built without a head
     */
    public NDArray logits(NDArray states, Context context) {
        NDArray seen = pooled.map(each -> each.of(states, context.tokens())).orElse(states);
        return lastHead().forward(seen, context.pass());
    }

    /**
     * Token ids (B, T) to the logits (B, V) of each text's class. Where the head sees one state of a text, the last layer computes
     * no other.
     *
     * @throws IllegalStateException if the model was built without a head
     */
    public NDArray classified(NDArray ids, Context context) {
        Optional<long[]> places = pooled.flatMap(each -> each.places(context.tokens()));
        if (places.isEmpty()) {
            return logits(states(ids, context), context);
        }
        NDArray seen = states(ids, context.only(places.get())).squeeze(0); // (B, H)
        return lastHead().forward(seen, context.pass());
    }

    private Head lastHead() {
        return head.orElseThrow(() -> new IllegalStateException("the model was built without a head"));
    }
}
