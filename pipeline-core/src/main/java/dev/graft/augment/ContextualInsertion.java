// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Inserts words before others, such as a masked language model expects there.
 *
 * @param guesses the model of the folder {@code model}; with {@code alpha}, the share of the words (from 0 to 1, default 0.1, at
 *     least one unless it is 0), and {@code top-k}, the words that are drawn from (default 10)
 */
record ContextualInsertion(Guesses guesses) implements Augmenter {
    ContextualInsertion {
        Draw.share("contextual-insertion", "alpha", guesses.alpha());
    }

    static Step.Factory read(Settings section) {
        double alpha = Draw.alpha(section);
        Path model = section.folder("model");
        int topK = section.integer("top-k", 10, 1, 1000);
        return resources -> new ContextualInsertion(new Guesses(resources.maskedLm(model), alpha, topK));
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return edits(text, List.of(random)).get(0);
    }

    @Override
    public List<List<Edit>> edits(AnalyzedText text, List<RandomGenerator> randoms) {
        return guesses.edits(text, randoms, new Guesses.Place() {
            @Override
            public boolean fits(Token word) {
                return word.start() == 0 || Character.isWhitespace(text.text().charAt(word.start() - 1));
            }

            @Override
            public int from(Token word) {
                return word.start();
            }

            @Override
            public int to(Token word) {
                return word.start();
            }

            @Override
            public String before() {
                return " ";
            }

            @Override
            public Edit edit(Token word, String guess) {
                return new Edit(word.start(), word.start(), guess + " ");
            }
        });
    }
}
