// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Places;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.random.Draw;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Inserts punctuation marks before words (AEDA, Karimi et al. 2021, section 2): from one of them up to a share of the words.
 *
 * @param alpha most marks, as a share of the words, from 0 to 1; default 0.3, as in the paper
 */
record PunctuationInsertion(double alpha) implements Augmenter {
    private static final List<String> MARKS = List.of(".", ";", "?", ":", "!", ",");

    PunctuationInsertion {
        WordEdits.share("punctuation-insertion", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = section.number("alpha", 0.3, 0, 1);
        return resources -> new PunctuationInsertion(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Token> words = text.words();
        int most = WordEdits.count(alpha, words.size());
        if (most == 0) {
            return List.of();
        }
        // Half a word more, as a share of the words times their number may fall just short of a whole one.
        double share = (1.5 + random.nextInt(most)) / words.size();
        return WordEdits.some(
                words,
                share,
                random,
                (word, drawn) -> Places.opens(text, word) ? Places.before(text, word, Draw.one(MARKS, drawn)) : null);
    }
}
