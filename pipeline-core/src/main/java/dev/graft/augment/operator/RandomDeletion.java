// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.WordEdits;
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
    private static final String OPENING = "([{\"'\u201c\u2018\u00ab";
    private static final String CLOSING = ")]}\"'\u201d\u2019\u00bb";

    RandomDeletion {
        WordEdits.share("random-deletion", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
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
        for (int i = 0; i < words.size(); i++) {
            if (random.nextDouble() < alpha && i != spared && !isEnclosed(text.text(), words.get(i))) {
                delete(text, words.get(i), edits);
            }
        }
        return edits;
    }

    /** Adds to the edits; words that stood side by side go in one. */
    private static void delete(AnalyzedText text, Token word, List<Edit> edits) {
        int start = word.start();
        int last = edits.size() - 1;
        if (last >= 0 && edits.get(last).end() == start) {
            start = edits.remove(last--).start();
        }
        int free = last < 0 ? 0 : edits.get(last).end();
        String source = text.text();
        int end = word.end();
        if (isSpace(text, end) && opens(source, start)) {
            end++;
        } else if (start > free && isSpace(text, start - 1) && closes(source, end)) {
            start--;
        }
        edits.add(new Edit(start, end, ""));
    }

    private static boolean isSpace(AnalyzedText text, int at) {
        return at < text.text().length()
                && (text.text().charAt(at) == ' ' || text.text().charAt(at) == '\t')
                && !text.isProtected(at, at + 1);
    }

    /** Whether the space behind a word may go with it: in "km/h for" it may not. */
    private static boolean opens(String text, int start) {
        return start == 0
                || Character.isWhitespace(text.charAt(start - 1))
                || OPENING.indexOf(text.charAt(start - 1)) >= 0;
    }

    /** Whether the space before a word may go with it. */
    private static boolean closes(String text, int end) {
        return end == text.length()
                || Character.isWhitespace(text.charAt(end))
                || (CLOSING + ",.;:!?\u2026").indexOf(text.charAt(end)) >= 0;
    }

    /** The only word between brackets or quotes, which would be left empty. */
    private static boolean isEnclosed(String text, Token word) {
        return word.start() > 0
                && word.end() < text.length()
                && OPENING.indexOf(text.charAt(word.start() - 1)) >= 0
                && CLOSING.indexOf(text.charAt(word.end())) >= 0;
    }
}
