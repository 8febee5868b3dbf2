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
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Drops sentences with the white space beside them; of that around and between them the part in which most lines end stays, so
 * that paragraphs stay apart. A sentence with anything protected in it stays, and one at least is left.
 *
 * @param alpha share of the sentences to drop, from 0 to 1; default 0.3, at least one unless it is 0
 */
record SentenceDeletion(double alpha) implements Augmenter {
    SentenceDeletion {
        WordEdits.share("sentence-deletion", "alpha", alpha);
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
                .limit(Math.max(0, Math.min(WordEdits.count(alpha, all.size()), all.size() - 1)))
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
        if (next == all.size()) {
            return new Edit(before, end, "");
        }
        // Of the gaps around and between the sentences, that with most lines is left.
        int widest = IntStream.rangeClosed(first, next)
                .boxed()
                .max(Comparator.comparingLong(gap -> lines(text, all, gap)))
                .orElseThrow();
        if (widest == next) {
            return new Edit(before, end, "");
        }
        String gap = widest == first ? "" : gap(text, all, widest);
        return new Edit(widest == first ? start : before, all.get(next).start(), gap);
    }

    /** What stands before a sentence. */
    private static String gap(String text, List<Span> all, int sentence) {
        return text.substring(all.get(sentence - 1).end(), all.get(sentence).start());
    }

    /** How many lines end before a sentence. */
    private static long lines(String text, List<Span> all, int sentence) {
        return gap(text, all, sentence).chars().filter(c -> c == '\n').count();
    }
}
