// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** The words that are guarded wherever they stand: what is denied, what is allowed, how many, and when. */
final class ListedWords {
    private static final Map<String, String> KINDS = Map.of(
            "negation",
            "not no never none nobody nothing nowhere neither nor cannot without hardly barely scarcely noone nope nah"
                    + " nt dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt wont wouldnt cant couldnt shouldnt"
                    + " mustnt neednt shant aint mightnt dunno",
            "modal",
            "can could may might must shall should will would ought",
            "number",
            "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
                    + " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand"
                    + " thousands million millions billion billions dozen dozens twice thrice",
            "date",
            "monday tuesday wednesday thursday friday saturday sunday january february april june july august september"
                    + " october november december");

    /** Verbs that corpora and chats part from their "n't"; without it some are other words. */
    private static final Set<String> BEFORE_NOT = Set.of(
            ("do does did is are was were has have had ca can wo sha could" + " should would must need ai might am")
                    .split(" "));

    private static final int LONGEST = 16;
    /** Words with their kinds, by first letter and length: most words meet none. */
    private static final Listed[][] BY_START = byStart();

    private record Listed(String word, String kind) {}

    private ListedWords() {}

    private static Listed[][] byStart() {
        Listed[][] starts = new Listed[26 * LONGEST][];
        KINDS.forEach((kind, words) -> {
            for (String word : words.split(" ", -1)) {
                int start = (word.charAt(0) - 'a') * LONGEST + word.length();
                Listed[] before = starts[start] == null ? new Listed[0] : starts[start];
                starts[start] = Arrays.copyOf(before, before.length + 1);
                starts[start][before.length] = new Listed(word, kind);
            }
        });
        return starts;
    }

    /** The kind of a word of these chars, in any case; empty where it is not listed. */
    static String kind(char[] chars, int start, int end) {
        int letter = (chars[start] | 0x20) - 'a';
        int length = end - start;
        Listed[] candidates =
                letter >= 0 && letter < 26 && length < LONGEST ? BY_START[letter * LONGEST + length] : null;
        if (candidates != null) {
            for (Listed listed : candidates) {
                if (reads(chars, start, listed.word)) {
                    return listed.kind;
                }
            }
        }
        if (length > 2
                && (chars[end - 1] | 0x20) == 't'
                && (chars[end - 3] | 0x20) == 'n'
                && isApostrophe(chars[end - 2])) {
            return "negation";
        }
        return length > 6 && isCompoundNumber(chars, start, end) ? "number" : "";
    }

    static String kind(String word) {
        return word.isEmpty() ? "" : kind(word.toCharArray(), 0, word.length());
    }

    /** "twenty-four" */
    private static boolean isCompoundNumber(char[] chars, int start, int end) {
        for (int i = start + 3; i < end - 2 && i < start + 8; i++) {
            if (chars[i] == '-') {
                return kind(chars, start, i).equals("number");
            }
        }
        return false;
    }

    /** Whether small ASCII letters stand there, in any case. */
    static boolean reads(char[] chars, int start, String word) {
        for (int i = 0; i < word.length(); i++) {
            if ((chars[start + i] | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether "n't" may follow a word after a space: "do n't". */
    static boolean takesNot(String word) {
        return BEFORE_NOT.contains(word);
    }

    /** All that is written for an apostrophe. */
    static boolean isApostrophe(char c) {
        return c < 128 ? c == '\'' || c == '`' : c == '’' || c == '‘' || c == '´' || c == 'ʼ' || c == '′';
    }
}
