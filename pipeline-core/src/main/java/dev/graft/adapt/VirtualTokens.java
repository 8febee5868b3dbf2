// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.config.Settings;
import dev.graft.nn.Transformer;
import dev.graft.nn.engine.GradMode;
import java.io.Serializable;
import java.util.function.BiFunction;
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

    /**
     * Puts a parameter to where a training starts, unless that is the numbers that it has.
     *
     * @param made what the parameter is of the vectors (P, H) of drawn tokens, in a scope
     */
    void start(NDArray parameter, Site site, Transformer transformer, BiFunction<NDArray, NDManager, NDArray> made) {
        if (init == Init.RANDOM) {
            return;
        }
        RandomGenerator random = site.parameters().random(EMBEDDINGS);
        int vocabulary =
                Math.toIntExact(transformer.embeddings().words().getShape().get(0));
        long[] drawn = random.ints(count, 0, vocabulary).asLongStream().toArray();
        try (GradMode off = GradMode.off();
                NDManager scope = site.manager().newSubManager()) {
            made.apply(transformer.embeddings().vectors(drawn, scope), scope).copyTo(parameter);
        }
    }
}
