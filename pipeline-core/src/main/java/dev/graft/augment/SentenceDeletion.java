// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Drops sentences with the white space before them, or with that behind them where fewer lines end in it, so that paragraphs
 * stay apart. A sentence with anything protected in it stays, and one at least is left.
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
        List<Span> all = text.sentences();
        Set<Span> dropped = Draw.shuffled(Sentences.free(text), random).stream()
                .filter(sentence -> Sentences.guarded(text, sentence).isEmpty())
                .limit(Math.max(0, Math.min(Draw.count(alpha, all.size()), all.size() - 1)))
                .collect(Collectors.toSet());
        List<Edit> edits = new ArrayList<>();
        for (int first = 0; first < all.size(); first++) {
            int next = first;
            while (next < all.size() && dropped.contains(all.get(next))) {
                next++;
            }
            if (next > first) {
                edits.add(deletion(text.text(), all, first, next));
                first = next;
            }
        }
        return edits;
    }

    /** Deletes the sentences from {@code first} to {@code next}, exclusive; one is left before or behind them. */
    private static Edit deletion(String text, List<Span> all, int first, int next) {
        int start = all.get(first).start();
        int end = all.get(next - 1).end();
        if (first == 0) {
            return new Edit(start, all.get(next).start(), "");
        }
        int before = all.get(first - 1).end();
        boolean isLast = next == all.size();
        return isLast
                        || lines(text, before, start)
                                <= lines(text, end, all.get(next).start())
                ? new Edit(before, end, "")
                : new Edit(start, all.get(next).start(), "");
    }

    /** How many lines end between two places. */
    private static long lines(String text, int from, int to) {
        return text.substring(from, to).chars().filter(c -> c == '\n').count();
    }
}
