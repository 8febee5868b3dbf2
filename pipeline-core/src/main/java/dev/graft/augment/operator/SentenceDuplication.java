// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Sentences;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.random.Draw;
import dev.graft.text.AnalyzedText;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Repeats sentences behind themselves.
 *
 * @param alpha share of the sentences to repeat, from 0 to 1; default 0.3, at least one unless it is 0
 */
record SentenceDuplication(double alpha) implements Augmenter {
    SentenceDuplication {
        WordEdits.share("sentence-duplication", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = section.number("alpha", 0.3, 0, 1);
        return resources -> new SentenceDuplication(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Span> free = Draw.shuffled(Sentences.free(text), random);
        int wanted = Math.min(WordEdits.count(alpha, text.sentences().size()), free.size());
        List<Edit> edits = new ArrayList<>();
        for (Span sentence : free.subList(0, wanted)) {
            edits.add(new Edit(sentence.end(), sentence.end(), " " + Sentences.textOf(text, sentence)));
        }
        return WordEdits.inOrder(edits);
    }
}
