// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Replaces stretches of neighbouring words by one mask each (Lewis et al. 2020, BART, section 2.2: text infilling; lengths
 * are geometric as in Joshi et al. 2020, SpanBERT, section 3.1).
 *
 * @param alpha share of the words to mask, from 0 to 1; at least one unless it is 0
 * @param meanLength {@code mean-length} of a stretch in words, 1 or more; default 3
 * @param mask {@code mask}, default "[MASK]"
 */
record SpanMasking(double alpha, double meanLength, String mask) implements Augmenter {
    SpanMasking {
        WordEdits.share("span-masking", "alpha", alpha);
        if (!(meanLength >= 1 && meanLength < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("span-masking: mean-length is " + meanLength + "; allowed is 1 or more");
        }
    }

    static Step.Factory read(Settings section) {
        double alpha = section.number("alpha", 0.15, 0, 1);
        double meanLength = section.number("mean-length", 3, 1, 100);
        String mask = section.string("mask", "[MASK]");
        if (mask.isBlank()) {
            section.problem("mask", "a text that is not blank", mask);
        }
        return resources -> new SpanMasking(alpha, meanLength, mask);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Token> words = text.words();
        boolean[] masked = new boolean[words.size()];
        int left = WordEdits.count(alpha, words.size());
        List<Edit> edits = new ArrayList<>();
        for (int attempt = 0; left > 0 && attempt < 10 * words.size(); attempt++) {
            int first = random.nextInt(words.size());
            int last = first;
            int length = Math.min(
                    left, 1 + (int) (Math.log(1 - random.nextDouble()) / Math.log(1 - 1 / (meanLength + 1e-9))));
            while (last - first + 1 < length
                    && last + 1 < words.size()
                    && isNext(text, words.get(last), words.get(last + 1))) {
                last++;
            }
            if (isFree(masked, first, last)) {
                Arrays.fill(masked, first, last + 1, true);
                edits.add(new Edit(words.get(first).start(), words.get(last).end(), mask));
                left -= last - first + 1;
            }
        }
        return WordEdits.inOrder(edits);
    }

    /** Two masks never touch: they could not be told apart. */
    private static boolean isFree(boolean[] masked, int first, int last) {
        for (int i = Math.max(0, first - 1); i <= Math.min(masked.length - 1, last + 1); i++) {
            if (masked[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNext(AnalyzedText text, Token word, Token next) {
        return next.start() == word.end() + 1 && text.text().charAt(word.end()) == ' ';
    }
}
