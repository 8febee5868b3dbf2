// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import java.util.List;
import java.util.random.RandomGenerator;

/** One of the meanings that a word may have, and the words of that meaning that may take its place. Immutable. */
public final class Sense {
    private final int number;
    private final double prior;
    private final List<String> synonyms;
    /** Sums of the synonyms' weights up to each. */
    private final int[] weights;

    /**
     * @param number its synset in the {@link Lexicon}
     * @param prior grows with the times that the word was met in this sense
     * @param weights how likely each synonym is to be drawn, at least 1
     */
    Sense(int number, double prior, List<String> synonyms, List<Integer> weights) {
        this.number = number;
        this.prior = prior;
        this.synonyms = synonyms;
        this.weights = new int[weights.size()];
        int sum = 0;
        for (int i = 0; i < this.weights.length; i++) {
            sum += weights.get(i);
            this.weights[i] = sum;
        }
    }

    int number() {
        return number;
    }

    double prior() {
        return prior;
    }

    /** In lower case and in the form of the word that they may replace. */
    public List<String> synonyms() {
        return synonyms;
    }

    /** A synonym, the more often used the likelier; there must be one. */
    public String draw(RandomGenerator random) {
        int at = random.nextInt(weights[weights.length - 1]);
        int drawn = 0;
        while (weights[drawn] <= at) {
            drawn++;
        }
        return synonyms.get(drawn);
    }

    /** The synonym that is likeliest to be drawn. */
    public String likeliest() {
        int best = 0;
        int most = weights[0];
        for (int i = 1; i < weights.length; i++) {
            if (weights[i] - weights[i - 1] > most) {
                most = weights[i] - weights[i - 1];
                best = i;
            }
        }
        return synonyms.get(best);
    }
}
