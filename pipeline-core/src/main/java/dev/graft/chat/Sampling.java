// SPDX-License-Identifier: Apache-2.0
package dev.graft.chat;

import dev.graft.generate.Pick;

/**
 * How a model draws its tokens.
 *
 * @param temperature from 0 (the likeliest token) to 2
 * @param topP share of the probability that is drawn from (nucleus sampling, Holtzman et al. 2020), above 0 to 1
 * @param maxTokens of an answer
 */
public record Sampling(double temperature, double topP, int maxTokens) {
    public Sampling {
        if (!(temperature >= 0 && temperature <= 2) || !(topP > 0 && topP <= 1) || maxTokens < 1) {
            throw new IllegalArgumentException("temperature " + temperature + ", top-p " + topP + ", max-tokens "
                    + maxTokens + "; allowed are 0 to 2, above 0 to 1, and at least 1");
        }
    }

    /** How the tokens of an answer are chosen, where this machine does it. */
    public Pick pick(long seed) {
        return temperature == 0 ? Pick.LIKELIEST : new Pick.Sampled(temperature, 0, topP, 1, seed);
    }
}
