// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import dev.graft.text.EnglishWords;
import dev.graft.text.Token;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the space between two words.
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 */
record WordMerge(double alpha) implements Augmenter {
    WordMerge {
        WordEdits.share("word-merge", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new WordMerge(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        Map<Integer, Token> byEnd = text.words().stream().collect(Collectors.toMap(Token::end, word -> word));
        return WordEdits.some(text.words(), alpha, random, (word, drawn) -> merged(text, byEnd, word));
    }

    /** The space before a word, where another word ends before it and both together are no third: "in to". */
    private static @Nullable Edit merged(AnalyzedText text, Map<Integer, Token> byEnd, Token word) {
        int space = word.start() - 1;
        Token before = byEnd.get(space);
        return before != null
                        && text.text().charAt(space) == ' '
                        && !text.isProtected(space, word.start())
                        && !EnglishWords.contains(text.textOf(before) + text.textOf(word))
                ? new Edit(space, word.start(), "")
                : null;
    }
}
