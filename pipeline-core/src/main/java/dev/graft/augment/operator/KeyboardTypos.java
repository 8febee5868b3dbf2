// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.random.Draw;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes one slip of the fingers in a word of four letters or more: a key beside the right one, two letters in the wrong
 * order, a letter left out or typed twice. The first letter stays, as it mostly does.
 *
 * @param layout {@code layout} of the keyboard, default qwerty
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 */
public record KeyboardTypos(Layout layout, double alpha) implements Augmenter {
    private static final int MIN_LETTERS = 4;
    private static final List<Slip> SLIPS = List.of(Slip.values());

    /** Where the letters lie: three rows, each shifted to the right of the one above. */
    public enum Layout {
        QWERTY("qwertyuiop", "asdfghjkl", "zxcvbnm"),
        AZERTY("azertyuiop", "qsdfghjklm", "wxcvbn"),
        QWERTZ("qwertzuiop\u00fc", "asdfghjkl\u00f6\u00e4", "yxcvbnm");

        private final String[] near = new String[256];

        Layout(String... rows) {
            Arrays.fill(near, "");
            for (int row = 0; row < rows.length; row++) {
                for (int column = 0; column < rows[row].length(); column++) {
                    near[rows[row].charAt(column)] = neighbours(rows, row, column);
                }
            }
        }

        /** How far a row lies to the right of the first, in keys. */
        private static double shift(int row) {
            return row == 0 ? 0 : row == 1 ? 0.25 : 0.75;
        }

        /** The letters whose keys touch that of a small letter; empty where the keyboard has no such key. */
        String neighbours(char letter) {
            return letter < near.length ? near[letter] : "";
        }

        private static String neighbours(String[] rows, int row, int column) {
            StringBuilder near = new StringBuilder();
            for (int other = Math.max(0, row - 1); other <= Math.min(row + 1, rows.length - 1); other++) {
                for (int key = 0; key < rows[other].length(); key++) {
                    double distance = Math.abs(column + shift(row) - key - shift(other));
                    if (other == row ? distance == 1 : distance < 1) {
                        near.append(rows[other].charAt(key));
                    }
                }
            }
            return near.toString();
        }
    }

    private enum Slip {
        NEIGHBOUR,
        TRANSPOSITION,
        OMISSION,
        REPETITION
    }

    public KeyboardTypos {
        WordEdits.share("keyboard-typos", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        Layout layout = section.choice("layout", Layout.class, Layout.QWERTY);
        return resources -> new KeyboardTypos(layout, alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return WordEdits.slips(text, alpha, random, (word, drawn) -> slip(text.text(), word, drawn));
    }

    @Override
    public boolean editsSpans() {
        return true;
    }

    private @Nullable Edit slip(String text, Token word, RandomGenerator random) {
        if (word.end() - word.start() < MIN_LETTERS) {
            return null;
        }
        int at = word.start() + 1 + random.nextInt(word.end() - word.start() - 2);
        char letter = text.charAt(at);
        char next = text.charAt(at + 1);
        String near = layout.neighbours(Character.toLowerCase(letter));
        if (near.isEmpty() || layout.neighbours(Character.toLowerCase(next)).isEmpty()) {
            return null;
        }
        char struck = near.charAt(random.nextInt(near.length()));
        return switch (Draw.one(SLIPS, random)) {
            case NEIGHBOUR ->
                new Edit(
                        at,
                        at + 1,
                        String.valueOf(Character.isUpperCase(letter) ? Character.toUpperCase(struck) : struck));
            case TRANSPOSITION ->
                letter == next || isMarked(text, at + 1, word.end()) ? null : new Edit(at, at + 2, "" + next + letter);
            case OMISSION -> new Edit(at, at + 1, "");
            case REPETITION -> new Edit(at, at + 1, "" + letter + letter);
        };
    }

    /** Whether an accent stands behind a letter, which it belongs to. */
    private static boolean isMarked(String text, int at, int end) {
        return at + 1 < end && Character.getType(text.charAt(at + 1)) == Character.NON_SPACING_MARK;
    }
}
