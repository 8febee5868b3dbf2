// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Replaces words by a blank (Xie et al. 2017, Data Noising as Smoothing, section 3.1: blank noising).
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 * @param token {@code token}, what stands for a blank; default "_"
 */
record BlankNoising(double alpha, String token) implements Augmenter {
    BlankNoising {
        WordEdits.share("blank-noising", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        String token = section.string("token", "_");
        if (token.isBlank()) {
            section.problem("token", "a text that is not blank", token);
        }
        return resources -> new BlankNoising(alpha, token);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return WordEdits.some(text.words(), alpha, random, (word, drawn) -> new Edit(word.start(), word.end(), token));
    }
}
