// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.augment.parts.Guesses;
import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import dev.graft.text.StopWords;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Replaces words by what a masked language model expects in their place (Kobayashi 2018, Contextual Augmentation; with BERT,
 * Wu et al. 2019). No function word is replaced.
 *
 * @param guesses the model of the folder {@code model}; with {@code alpha}, the share of the words (from 0 to 1, default 0.1, at
 *     least one unless it is 0), and {@code top-k}, the words that are drawn from (default 10)
 */
record ContextualSubstitution(Guesses guesses) implements Augmenter {
    static Step.Factory read(Settings section) {
        Function<Resources, Guesses> guesses = Guesses.read(section, true);
        return resources -> new ContextualSubstitution(guesses.apply(resources));
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return edits(text, List.of(random)).get(0);
    }

    @Override
    public List<List<Edit>> edits(AnalyzedText text, List<RandomGenerator> randoms) {
        return guesses.edits(text, randoms, word -> !StopWords.contains(text.textOf(word)));
    }
}
