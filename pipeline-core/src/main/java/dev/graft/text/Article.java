// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import java.util.List;
import java.util.Locale;

/** Whether "a" or "an" stands before a word: the sound decides, not the letter. */
public final class Article {
    /** Words that begin with a silent h, and the words made from them. */
    private static final List<String> SILENT_H = List.of("hour", "honest", "honor", "honour", "heir");
    /** Words that begin with a vowel letter and the sound of y or w. */
    private static final List<String> CONSONANT_SOUND = List.of(
            "uni", "use", "usu", "util", "uto", "eu", "ewe", "one", "once", "ubiq", "uku", "ura", "ure", "uri", "uro",
            "usa", "u-");
    /** Words that begin like those, but with a vowel. */
    private static final List<String> VOWEL_SOUND =
            List.of("unid", "unim", "unin", "onerous", "oneself", "oneir", "usher");
    /** Letters whose names begin with a vowel, for abbreviations. */
    private static final String VOWEL_NAMES = "AEFHILMNORSX";

    private Article() {}

    /** Whether the article before {@code next} is "an". */
    public static boolean isAn(String next) {
        if (next.isEmpty()) {
            return false;
        }
        int end = 0;
        while (end < next.length() && Character.isLetter(next.charAt(end))) {
            end++;
        }
        String letters = next.substring(0, end);
        if (letters.length() > 1 && letters.length() < 5 && letters.equals(letters.toUpperCase(Locale.ROOT))) {
            return VOWEL_NAMES.indexOf(letters.charAt(0)) >= 0;
        }
        String lower = next.toLowerCase(Locale.ROOT);
        boolean vowel = "aeiou".indexOf(lower.charAt(0)) >= 0;
        return vowel ? !begins(lower, CONSONANT_SOUND) || begins(lower, VOWEL_SOUND) : begins(lower, SILENT_H);
    }

    private static boolean begins(String word, List<String> starts) {
        for (String start : starts) {
            if (word.startsWith(start)) {
                return true;
            }
        }
        return false;
    }
}
