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
 * Deletes a character of a word of three or more, never the first.
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 */
record CharacterDeletion(double alpha) implements Augmenter {
    CharacterDeletion {
        WordEdits.share("character-deletion", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new CharacterDeletion(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return WordEdits.slips(text, alpha, random, (word, drawn) -> deleted(text, word, drawn));
    }

    private static @Nullable Edit deleted(AnalyzedText text, Token word, RandomGenerator random) {
        int[] ends = text.characterEnds(word);
        if (ends.length < 3) {
            return null;
        }
        int character = 1 + random.nextInt(ends.length - 1);
        return new Edit(word.start() + ends[character - 1], word.start() + ends[character], "");
    }

    @Override
    public boolean editsSpans() {
        return true;
    }
}
