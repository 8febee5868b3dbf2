// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes digits for letters, "l33t" for "leet": each letter that has one with even chance, at least one of a word and at most
 * half of them. Words of two letters stay: they would be numbers.
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 */
record Leetspeak(double alpha) implements Augmenter {
    private static final String LETTERS = "aeiostzbg";
    private static final int SHORTEST = 3;
    private static final String SIGNS = "431057289";

    Leetspeak {
        WordEdits.share("leetspeak", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new Leetspeak(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return WordEdits.slips(text, alpha, random, (word, drawn) -> written(text, word, drawn));
    }

    private static @Nullable Edit written(AnalyzedText text, Token word, RandomGenerator random) {
        String surface = text.textOf(word);
        int[] ends = text.characterEnds(word);
        if (ends.length < SHORTEST) {
            return null;
        }
        int[] places = IntStream.range(0, ends.length)
                .filter(i -> ends[i] - (i == 0 ? 0 : ends[i - 1]) == 1)
                .map(i -> ends[i] - 1)
                .filter(i -> sign(surface.charAt(i)) >= 0)
                .toArray();
        if (places.length == 0) {
            return null;
        }
        StringBuilder written = new StringBuilder(surface);
        int sure = places[random.nextInt(places.length)];
        int left = ends.length / 2;
        for (int place : places) {
            if (place == sure || (random.nextBoolean() && left > 1)) {
                left--;
                written.setCharAt(place, SIGNS.charAt(sign(surface.charAt(place))));
            }
        }
        return new Edit(word.start(), word.end(), written.toString());
    }

    private static int sign(char letter) {
        return LETTERS.indexOf(letter | 0x20);
    }

    @Override
    public boolean editsSpans() {
        return true;
    }
}
