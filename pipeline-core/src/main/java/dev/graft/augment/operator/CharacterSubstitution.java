// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Casing;
import dev.graft.augment.parts.Letters;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a character of a word by another letter.
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 */
record CharacterSubstitution(double alpha) implements Augmenter {
    CharacterSubstitution {
        WordEdits.share("character-substitution", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new CharacterSubstitution(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return WordEdits.slips(text, alpha, random, (word, drawn) -> substituted(text, word, drawn));
    }

    private static @Nullable Edit substituted(AnalyzedText text, Token word, RandomGenerator random) {
        int[] ends = text.characterEnds(word);
        int character = random.nextInt(ends.length);
        int start = character == 0 ? 0 : ends[character - 1];
        String surface = text.textOf(word);
        String old = surface.substring(start, ends[character]);
        String letter = Casing.like(Letters.any(surface, random), old);
        return letter.equals(old) ? null : new Edit(word.start() + start, word.start() + ends[character], letter);
    }

    @Override
    public boolean editsSpans() {
        return true;
    }
}
