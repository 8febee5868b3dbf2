// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import java.util.Map;

/**
 * Words with bits that say what each is. A word is looked up where it stands in a text, in any case, without being cut out or
 * written small: operators ask for most words of a corpus.
 */
final class WordBits {
    /** The fractional part of the golden ratio, which spreads what the polynomial of a word leaves close together. */
    private static final int SPREAD = 0x9E3779B9;

    private final String[] words;
    private final int[] bits;
    private final int shift;

    /** @param known words in lower case */
    WordBits(Map<String, Integer> known) {
        shift = Integer.numberOfLeadingZeros(Math.max(8, 2 * known.size()));
        words = new String[1 << (Integer.SIZE - shift)];
        bits = new int[words.length];
        known.forEach((word, is) -> {
            int slot = slot(hash(word, 0, word.length()));
            while (words[slot] != null) {
                slot = (slot + 1) & (words.length - 1);
            }
            words[slot] = word;
            bits[slot] = is;
        });
    }

    /** The bits of the word that stands there; 0 where it is not known. */
    int of(String text, int start, int end) {
        return find(text, start, end, hash(text, start, end), "");
    }

    /** As {@link #of(String, int, int)}, of a stem with another ending, of one char at most. */
    int of(String text, int start, int end, String ending) {
        int hash = hash(text, start, end);
        return find(text, start, end, ending.isEmpty() ? hash : 31 * hash + ending.charAt(0), ending);
    }

    private int find(String text, int start, int end, int hash, String ending) {
        int slot = slot(hash);
        while (words[slot] != null) {
            if (reads(words[slot], text, start, end, ending)) {
                return bits[slot];
            }
            slot = (slot + 1) & (words.length - 1);
        }
        return 0;
    }

    private int slot(int hash) {
        return (hash * SPREAD) >>> shift;
    }

    private static boolean reads(String word, String text, int start, int end, String ending) {
        int stem = end - start;
        if (word.length() != stem + ending.length() || !word.endsWith(ending)) {
            return false;
        }
        for (int i = 0; i < stem; i++) {
            if (word.charAt(i) != small(text.charAt(start + i))) {
                return false;
            }
        }
        return true;
    }

    private static int hash(String text, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + small(text.charAt(i));
        }
        return hash;
    }

    private static char small(char c) {
        return c < 128 ? (c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c) : Character.toLowerCase(c);
    }
}
