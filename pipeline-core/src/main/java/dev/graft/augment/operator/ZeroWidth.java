// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.random.Draw;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Inserts a character of no width into a word, between two of its characters (Boucher et al. 2022, Bad Characters,
 * section IV).
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 */
record ZeroWidth(double alpha) implements Augmenter {
    /** Zero width space, word joiner, zero width no-break space. */
    private static final List<String> INVISIBLE = List.of("\u200B", "\u2060", "\uFEFF");

    ZeroWidth {
        WordEdits.share("zero-width", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new ZeroWidth(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return WordEdits.some(text.words(), alpha, random, (word, drawn) -> inserted(text, word, drawn));
    }

    private static @Nullable Edit inserted(AnalyzedText text, Token word, RandomGenerator random) {
        int[] ends = text.characterEnds(word);
        if (ends.length < 2) {
            return null;
        }
        int at = word.start() + ends[random.nextInt(ends.length - 1)];
        return new Edit(at, at, Draw.one(INVISIBLE, random));
    }

    @Override
    public boolean editsSpans() {
        return true;
    }
}
