// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the space between two words.
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 */
record WordMerge(double alpha) implements Augmenter {
    WordMerge {
        Draw.share("word-merge", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = Draw.alpha(section);
        return resources -> new WordMerge(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return Draw.some(text.words(), alpha, random, (word, drawn) -> merged(text, word));
    }

    /** The space before a word, where another word stands before it. */
    private static @Nullable Edit merged(AnalyzedText text, Token word) {
        int space = word.start() - 1;
        String source = text.text();
        return space > 0
                        && source.charAt(space) == ' '
                        && Character.isLetter(source.codePointBefore(space))
                        && !text.isProtected(space - 1, word.start())
                ? new Edit(space, word.start(), "")
                : null;
    }
}
