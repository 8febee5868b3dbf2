// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.random.Draw;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Lets pairs of words change places (EDA, Wei & Zou 2019, section 2: random swap). No word moves twice.
 *
 * @param alpha pairs to swap, as a share of the words, from 0 to 1; at least one unless it is 0
 */
record RandomSwap(double alpha) implements Augmenter {
    RandomSwap {
        WordEdits.share("random-swap", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new RandomSwap(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        int pairs = Math.min(
                WordEdits.count(alpha, text.words().size()), text.words().size() / 2);
        List<Token> words = Draw.some(text.words(), 2 * pairs, random);
        List<Edit> edits = new ArrayList<>();
        for (int pair = 0; pair < pairs; pair++) {
            Token one = words.get(2 * pair);
            Token other = words.get(2 * pair + 1);
            if (!text.textOf(one).equals(text.textOf(other))) {
                edits.add(new Edit(one.start(), one.end(), text.textOf(other)));
                edits.add(new Edit(other.start(), other.end(), text.textOf(one)));
            }
        }
        return WordEdits.inOrder(edits);
    }
}
