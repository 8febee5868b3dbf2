// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Deletes words with the space beside them (EDA, Wei & Zou 2019, section 2: random deletion). One word is always left.
 *
 * @param alpha probability that a word is deleted, from 0 to 1
 */
record RandomDeletion(double alpha) implements Augmenter {
    RandomDeletion {
        Draw.share("random-deletion", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = Draw.alpha(section);
        return resources -> new RandomDeletion(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Token> words = text.words();
        if (words.size() < 2) {
            return List.of();
        }
        int spared = random.nextInt(words.size());
        List<Edit> edits = new ArrayList<>();
        int free = 0;
        for (int i = 0; i < words.size(); i++) {
            if (random.nextDouble() < alpha && i != spared) {
                Edit edit = deletion(text, words.get(i), free);
                edits.add(edit);
                free = edit.end();
            }
        }
        return edits;
    }

    private static Edit deletion(AnalyzedText text, Token word, int free) {
        String source = text.text();
        int start = word.start();
        int end = word.end();
        if (end < source.length() && source.charAt(end) == ' ' && !text.isProtected(end, end + 1)) {
            end++;
        } else if (start > free && source.charAt(start - 1) == ' ' && !text.isProtected(start - 1, start)) {
            start--;
        }
        return new Edit(start, end, "");
    }
}
