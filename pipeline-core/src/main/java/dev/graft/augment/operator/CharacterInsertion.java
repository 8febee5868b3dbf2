// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Letters;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Inserts a letter into a word, after any of its characters: a to z, or one of the word's own where it isn't written
 * with these.
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 */
record CharacterInsertion(double alpha) implements Augmenter {
    CharacterInsertion {
        WordEdits.share("character-insertion", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new CharacterInsertion(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return WordEdits.slips(text, alpha, random, (word, drawn) -> inserted(text, word, drawn));
    }

    private static Edit inserted(AnalyzedText text, Token word, RandomGenerator random) {
        int[] ends = text.characterEnds(word);
        int at = word.start() + ends[random.nextInt(ends.length)];
        return new Edit(at, at, Letters.any(text.textOf(word), random));
    }

    @Override
    public boolean editsSpans() {
        return true;
    }
}
