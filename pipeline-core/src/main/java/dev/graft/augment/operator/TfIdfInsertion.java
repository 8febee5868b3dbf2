// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Places;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Vocabulary;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Inserts words of the corpus that say little, drawn as {@link TfIdfReplacement} draws them, before random words.
 *
 * @param vocabulary of the training rows
 * @param alpha words to insert, as a share of the words, from 0 to 1; at least one unless it is 0
 */
record TfIdfInsertion(Vocabulary vocabulary, double alpha) implements Augmenter {
    TfIdfInsertion {
        WordEdits.share("tf-idf-insertion", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new TfIdfInsertion(resources.vocabulary(), alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return WordEdits.some(
                text.words(),
                alpha,
                random,
                (word, drawn) -> Places.opens(text, word) ? Places.before(text, word, vocabulary.draw(drawn)) : null);
    }
}
