// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Casing;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.random.Draw;
import dev.graft.text.AnalyzedText;
import dev.graft.text.StopWords;
import dev.graft.text.Token;
import dev.graft.text.WordVectors;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Replaces words by near ones of a user's word vectors (Wang & Yang 2015, That's So Annoying, section 3.2). No function word
 * is replaced.
 *
 * @param vectors the key {@code file}; with {@code top-k} (default 10) neighbours of a word at most, and no less similar
 *     than {@code min-similarity} (cosine from -1 to 1, default 0.5)
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 */
record EmbeddingSubstitution(WordVectors vectors, double alpha) implements Augmenter {
    EmbeddingSubstitution {
        WordEdits.share("embedding-substitution", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        Path file = section.file("file");
        section.check("file", file, WordVectors::require);
        int topK = section.integer("top-k", 10, 1, 1000);
        double minSimilarity = section.number("min-similarity", 0.5, -1, 1);
        return resources -> new EmbeddingSubstitution(resources.vectors(file, topK, minSimilarity), alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return WordEdits.some(text.words(), alpha, random, (word, drawn) -> near(text, word, drawn));
    }

    private @Nullable Edit near(AnalyzedText text, Token word, RandomGenerator random) {
        String surface = text.textOf(word);
        List<WordVectors.Neighbour> near = StopWords.contains(surface) ? List.of() : vectors.neighbours(surface);
        return near.isEmpty()
                ? null
                : Casing.edit(text, word, Draw.one(near, random).word());
    }
}
