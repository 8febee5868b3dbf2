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
import org.jspecify.annotations.Nullable;

/**
 * Lets two neighbouring characters of a word change places; the first stays.
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 */
record CharacterSwap(double alpha) implements Augmenter {
    CharacterSwap {
        WordEdits.share("character-swap", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new CharacterSwap(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return WordEdits.slips(text, alpha, random, (word, drawn) -> swapped(text, word, drawn));
    }

    private static @Nullable Edit swapped(AnalyzedText text, Token word, RandomGenerator random) {
        int[] ends = text.characterEnds(word);
        if (ends.length < 3) {
            return null;
        }
        int left = 1 + random.nextInt(ends.length - 2);
        String surface = text.textOf(word);
        String one = surface.substring(ends[left - 1], ends[left]);
        String other = surface.substring(ends[left], ends[left + 1]);
        return one.equals(other) || isJoiner(one) || isJoiner(other)
                ? null
                : new Edit(word.start() + ends[left - 1], word.start() + ends[left + 1], other + one);
    }

    /** "its'" for "it's" and "directors'" for "director's" are other forms and no slips of a letter. */
    private static boolean isJoiner(String character) {
        return !Character.isLetter(character.codePointAt(0));
    }

    @Override
    public boolean editsSpans() {
        return true;
    }
}
