// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Drops sentences with the white space behind them. One with anything protected in it stays, and one at least is left.
 *
 * @param alpha share of the sentences to drop, from 0 to 1; default 0.3, at least one unless it is 0
 */
record SentenceDeletion(double alpha) implements Augmenter {
    SentenceDeletion {
        Draw.share("sentence-deletion", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = section.number("alpha", 0.3, 0, 1);
        return resources -> new SentenceDeletion(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        int all = text.sentences().size();
        int wanted = Math.min(Draw.count(alpha, all), all - 1);
        List<Edit> edits = new ArrayList<>();
        for (Span sentence : Draw.shuffled(Sentences.free(text), random)) {
            if (edits.size() < wanted && Sentences.guarded(text, sentence).isEmpty()) {
                edits.add(new Edit(sentence.start(), end(text.text(), sentence.end()), ""));
            }
        }
        return Draw.inOrder(edits);
    }

    private static int end(String text, int at) {
        int end = at;
        while (end < text.length() && text.charAt(end) == ' ') {
            end++;
        }
        return end;
    }
}
