// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.config.Settings;
import dev.graft.nn.Transformer;
import java.io.Serializable;
import java.util.random.RandomGenerator;

/**
 * Learnt tokens before each text.
 *
 * @param count how many, at least 1; default 20
 * @param init what they are before training; default words
 */
public record VirtualTokens(int count, Init init) implements Serializable {
    /** What virtual tokens are before training. */
    public enum Init {
        /** Numbers, as PEFT draws them. */
        RANDOM,
        /**
         * Tokens that are drawn from the vocabulary (Lester et al. 2021, section 3.2), of a prefix what the model makes of them (Li &
         * Liang 2021, section 7.4).
         */
        WORDS
    }

    static final String EMBEDDINGS = "prompt_embeddings";

    public VirtualTokens {
        if (count < 1) {
            throw new IllegalArgumentException("num-virtual-tokens is " + count + "; allowed is 1 or more");
        }
    }

    static VirtualTokens read(Settings method) {
        return new VirtualTokens(
                method.integer("num-virtual-tokens", 20, 1, 4096), method.choice("init", Init.class, Init.WORDS));
    }

    /** The vectors (P, H) of drawn tokens, owned by {@code scope}. */
    NDArray words(RandomGenerator random, Transformer transformer, NDManager scope) {
        int vocabulary =
                Math.toIntExact(transformer.embeddings().words().getShape().get(0));
        return transformer
                .embeddings()
                .vectors(random.ints(count, 0, vocabulary).asLongStream().toArray(), scope);
    }
}
