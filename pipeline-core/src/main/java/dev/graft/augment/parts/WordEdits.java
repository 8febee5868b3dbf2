// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.augment.Edit;
import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import dev.graft.text.EnglishWords;
import dev.graft.text.Token;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Edits of drawn words, and how many there are. */
public final class WordEdits {
    private static final Comparator<Edit> IN_ORDER = Comparator.comparingInt(Edit::start);
    private static final int FEW = 8;
    /** How often another slip is made of one word. */
    private static final int ATTEMPTS = 4;

    private WordEdits() {}

    /** What happens to a word that was drawn; null where nothing can. */
    public interface WordEdit {
        @Nullable
        Edit of(Token word, RandomGenerator random);
    }

    /**
     * Edits words that are drawn without replacement until {@link #count} of them have changed.
     *
     * @param alpha share of the words to change; at least one unless it is 0
     */
    public static List<Edit> some(List<Token> words, double alpha, RandomGenerator random, WordEdit edit) {
        int wanted = count(alpha, words.size());
        if (wanted == 0) {
            return List.of();
        }
        Token[] pool = words.toArray(new Token[0]);
        List<Edit> edits = new ArrayList<>(wanted);
        for (int i = 0; i < pool.length && edits.size() < wanted; i++) {
            int drawn = i + random.nextInt(pool.length - i);
            Token word = pool[drawn];
            pool[drawn] = pool[i];
            Edit made = edit.of(word, random);
            if (made != null) {
                edits.add(made);
            }
        }
        return inOrder(edits);
    }

    /**
     * As {@link #some}, of slips: a word that would become another one of English, or a number, is tried again, and left alone
     * when that does not help.
     */
    public static List<Edit> slips(AnalyzedText text, double alpha, RandomGenerator random, WordEdit edit) {
        return some(text.words(), alpha, random, (word, drawn) -> {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Edit made = edit.of(word, drawn);
                if (made == null || isHarmless(text.text(), word, made)) {
                    return made;
                }
            }
            return null;
        });
    }

    private static boolean isHarmless(String text, Token word, Edit edit) {
        String made = text.substring(word.start(), edit.start())
                + edit.replacement()
                + text.substring(edit.end(), word.end());
        return made.chars().anyMatch(Character::isLetter)
                && (!EnglishWords.contains(made) || made.equalsIgnoreCase(text.substring(word.start(), word.end())));
    }

    /** Sorts by the start; by hand where there are few, as mostly there are. */
    public static List<Edit> inOrder(List<Edit> edits) {
        if (edits.size() > FEW) {
            edits.sort(IN_ORDER);
            return edits;
        }
        for (int i = 1; i < edits.size(); i++) {
            Edit edit = edits.get(i);
            int at = i;
            for (; at > 0 && edits.get(at - 1).start() > edit.start(); at--) {
                edits.set(at, edits.get(at - 1));
            }
            edits.set(at, edit);
        }
        return edits;
    }

    /** EDA's number of words to change: {@code max(1, alpha * words)}, and 0 where alpha is 0 (section 2). */
    public static int count(double alpha, int words) {
        return alpha == 0 || words == 0 ? 0 : Math.max(1, (int) (alpha * words));
    }

    /** The key {@code alpha}, default 0.1. */
    public static double alpha(Settings section) {
        return section.number("alpha", 0.1, 0, 1);
    }

    /** An alpha or rate within bounds, or an error that names it. */
    public static double share(String operator, String parameter, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(
                    operator + ": " + parameter + " is " + value + "; allowed is a share from 0 to 1");
        }
        return value;
    }
}
