// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import dev.graft.text.EnglishWords;
import dev.graft.text.Scan;
import dev.graft.text.Token;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Inserts a space into a word of four characters or more, with two at least on either side, but not into two other words.
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 */
record WordSplit(double alpha) implements Augmenter {
    WordSplit {
        WordEdits.share("word-split", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new WordSplit(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return WordEdits.some(text.words(), alpha, random, (word, drawn) -> split(text, word, drawn));
    }

    private static @Nullable Edit split(AnalyzedText text, Token word, RandomGenerator random) {
        int[] ends = text.characterEnds(word);
        if (ends.length < 4) {
            return null;
        }
        int at = word.start() + ends[1 + random.nextInt(ends.length - 3)];
        String one = text.text().substring(word.start(), at);
        String other = text.text().substring(at, word.end());
        return isOther(one, other) ? null : new Edit(at, at, " ");
    }

    /** "the rapist", "of ten": two words, or one that denies or counts, say something else. */
    private static boolean isOther(String one, String other) {
        return EnglishWords.contains(one) && EnglishWords.contains(other)
                || Scan.isGuarded(one.toLowerCase(Locale.ROOT))
                || Scan.isGuarded(other.toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean editsSpans() {
        return true;
    }
}
