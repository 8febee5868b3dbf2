// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One pass over a text, without any model: its words, and what an edit must not touch because the meaning, or a label,
 * hangs on it. The time is linear in the length of the text.
 *
 * <p>A word is made of letters and their marks, with single hyphens or apostrophes inside. Guarded are addresses,
 * mentions, code-like stretches, whatever has a digit in it, negation, modal words, and names: capitalised words that open no sentence,
 * and acronyms, unless most words of the text are capitalised.
 *
 * @param words by start, none of them guarded
 * @param guarded by start, not overlapping; the label says why
 */
public record Scan(List<Token> words, List<Span> guarded) {
    private static final Map<String, String> LISTED = Map.of(
            "negation",
            "not no never none nobody nothing nowhere neither nor cannot without hardly barely scarcely",
            "modal",
            "can could may might must shall should will would ought");
    /** The listed words by their first letter, with their kind. */
    private static final List<List<Map.Entry<String, String>>> BY_LETTER = byLetter();

    /** The lengths of the listed words by their first letter, a bit for each. */
    private static final int[] LENGTHS = BY_LETTER.stream()
            .mapToInt(words ->
                    words.stream().mapToInt(word -> 1 << word.getKey().length()).reduce(0, (a, b) -> a | b))
            .toArray();

    private static final String CODE = "_\\{}<>=|~^";
    /** What an ASCII char needs to be looked at for: it may make its stretch an address, a number or code. */
    private static final boolean[] TELLING = telling();

    private static final double TITLE = 0.6;
    private static final int SHORTEST_TITLE = 3;

    private static List<List<Map.Entry<String, String>>> byLetter() {
        List<List<Map.Entry<String, String>>> letters = new ArrayList<>();
        for (char letter = 'a'; letter <= 'z'; letter++) {
            String first = String.valueOf(letter);
            letters.add(LISTED.entrySet().stream()
                    .flatMap(list -> Stream.of(list.getValue().split(" ", -1))
                            .filter(word -> word.startsWith(first))
                            .map(word -> Map.entry(word, list.getKey())))
                    .toList());
        }
        return List.copyOf(letters);
    }

    private static boolean[] telling() {
        boolean[] telling = new boolean[128];
        for (char c : (CODE + ":.@#/0123456789").toCharArray()) {
            telling[c] = true;
        }
        return telling;
    }

    /** Whether a word in lower case changes what is denied or allowed. */
    public static boolean isGuarded(String word) {
        int letter = word.charAt(0) - 'a';
        return letter >= 0
                && letter < BY_LETTER.size()
                && BY_LETTER.get(letter).stream()
                        .anyMatch(listed -> listed.getKey().equals(word));
    }

    static Scan of(String text) {
        return new Scanner(text).scan();
    }

    /** Whether a code point belongs to the character before it: an accent, a joiner, a variation selector, a skin tone. */
    static boolean isMark(int codePoint) {
        if (codePoint < 0x300) {
            return false;
        }
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || codePoint == 0x0E33 // Thai and Lao AM
                || codePoint == 0x0EB3
                || (codePoint >= 0x1160 && codePoint <= 0x11FF) // the vowel and the end of a Hangul syllable
                || (codePoint >= 0xD7B0 && codePoint <= 0xD7FB)
                || codePoint == 0x200D
                || codePoint == 0x200C
                || (codePoint >= 0x1F3FB && codePoint <= 0x1F3FF);
    }

    /** The state of the pass. */
    private static final class Scanner {
        private final String text;
        private final char[] chars;
        private final List<Token> words;
        private final List<Span> guarded = new ArrayList<>();
        /** Indices of words that are names unless the whole text is written so. */
        private final List<Integer> capitalised = new ArrayList<>();

        private int insideSentences;
        private int capitalisedInside;

        Scanner(String text) {
            this.text = text;
            chars = text.toCharArray();
            words = new ArrayList<>(8 + chars.length / 6);
        }

        Scan scan() {
            for (int at = 0; at < chars.length; ) {
                int letters = at;
                while (letters < chars.length && isAsciiLetter(chars[letters])) {
                    letters++;
                }
                if (letters > at && endsPlainly(letters)) {
                    word(at, letters);
                    at = letters + 1;
                    continue;
                }
                if (letters == at && isSpace(chars[at])) {
                    at++;
                    continue;
                }
                int end = letters + 1;
                while (end < chars.length && !isSpace(chars[end])) {
                    end++;
                }
                chunk(at, end);
                at = end;
            }
            boolean title = insideSentences >= SHORTEST_TITLE && capitalisedInside > TITLE * insideSentences;
            List<Token> free = title || capitalised.isEmpty() ? words : withoutNames();
            guarded.sort(Comparator.comparingInt(Span::start));
            return new Scan(free, guarded);
        }

        /** Most words are nothing but ASCII letters, before a space or a mark and a space; they need no closer look. */
        private boolean endsPlainly(int end) {
            return isSpaceAt(end) || (",.!?;".indexOf(chars[end]) >= 0 && isSpaceAt(end + 1));
        }

        private boolean isSpaceAt(int at) {
            return at >= chars.length || chars[at] == ' ' || chars[at] == '\n';
        }

        private static boolean isSpace(char c) {
            return c == ' ' || (c < 128 ? c <= ' ' : Character.isWhitespace(c) || Character.isSpaceChar(c));
        }

        /** A stretch without white space: guarded as a whole, or searched for words. */
        private void chunk(int start, int end) {
            String kind = kind(start, end);
            if (kind.isEmpty()) {
                words(start, end);
            } else {
                guarded.add(new Span(start, end, kind));
            }
        }

        private String kind(int start, int end) {
            int slashes = 0;
            for (int i = start; i < end; i++) {
                char c = chars[i];
                if (c < 128 && !TELLING[c]) {
                    continue;
                }
                if (c == ':' && text.startsWith("//", i + 1)) {
                    return "url";
                }
                if (c == '.' && i + 1 < end && isWordChar(i + 1) && (i == start || isWordChar(i - 1))) {
                    return text.regionMatches(true, start, "www.", 0, 4) ? "url" : "code";
                }
                if (c == '@' || (c == '#' && i + 1 < end && isWordChar(i + 1))) {
                    return i > start && c == '@' ? "email" : "mention";
                }
                if (c < 128 ? c >= '0' && c <= '9' : isNumeric(c)) {
                    return "number";
                }
                if (CODE.indexOf(c) >= 0 || (c == '/' && (++slashes > 1 || i == start))) {
                    return "code";
                }
            }
            return "";
        }

        private boolean isWordChar(int at) {
            return Character.isLetterOrDigit(chars[at]);
        }

        private static boolean isNumeric(char c) {
            int type = Character.getType(c);
            return type == Character.DECIMAL_DIGIT_NUMBER
                    || type == Character.LETTER_NUMBER
                    || type == Character.OTHER_NUMBER;
        }

        private void words(int from, int to) {
            int at = from;
            while (at < to) {
                if (!isLetterAt(at)) {
                    at++;
                    continue;
                }
                int end = wordEnd(at, to);
                word(at, end);
                at = end;
            }
        }

        private int wordEnd(int start, int to) {
            int at = start;
            while (at < to) {
                char c = chars[at];
                if (c < 128) {
                    if (isAsciiLetter(c) || (isJoiner(c) && at + 1 < to && isLetterAt(at + 1))) {
                        at++;
                        continue;
                    }
                    break;
                }
                int codePoint = text.codePointAt(at);
                if (Character.isLetter(codePoint) || isMark(codePoint)) {
                    at += Character.charCount(codePoint);
                } else if (isJoiner(c) && at + 1 < to && isLetterAt(at + 1)) {
                    at++;
                } else {
                    break;
                }
            }
            return Math.min(at, to);
        }

        private boolean isLetterAt(int at) {
            char c = chars[at];
            return c < 128 ? isAsciiLetter(c) : Character.isLetter(text.codePointAt(at));
        }

        private static boolean isAsciiLetter(char c) {
            return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        }

        private static boolean isJoiner(char c) {
            return c == '-' || c == '\'' || c == '’';
        }

        private void word(int start, int end) {
            String kind = listed(start, end);
            if (!kind.isEmpty()) {
                guarded.add(new Span(start, end, kind));
                return;
            }
            boolean inside = isInsideSentence(start);
            boolean acronym = end - start > 1 && isUpperAt(start) && isUpperAt(start + 1);
            boolean capital = acronym || (inside && isUpperAt(start) && !isPronoun(start, end));
            if (inside) {
                insideSentences++;
                capitalisedInside += capital ? 1 : 0;
            }
            if (capital) {
                capitalised.add(words.size());
            }
            words.add(new Token(start, end, ""));
        }

        /** Negation, modal or nothing. */
        private String listed(int start, int end) {
            int letter = (chars[start] | 0x20) - 'a';
            if (letter >= 0 && letter < LENGTHS.length && (LENGTHS[letter] >>> (end - start) & 1) == 1) {
                for (Map.Entry<String, String> listed : BY_LETTER.get(letter)) {
                    String word = listed.getKey();
                    if (word.length() == end - start && reads(word, start)) {
                        return listed.getValue();
                    }
                }
            }
            return end - start > 3 && (chars[end - 1] | 0x20) == 't' && isContractedNot(end) ? "negation" : "";
        }

        /** Whether a word of small ASCII letters stands there, in any case. */
        private boolean reads(String word, int start) {
            for (int i = 1; i < word.length(); i++) {
                if ((chars[start + i] | 0x20) != word.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        private boolean isContractedNot(int end) {
            return (chars[end - 2] == '\'' || chars[end - 2] == '’') && (chars[end - 3] | 0x20) == 'n';
        }

        private boolean isUpperAt(int at) {
            char c = chars[at];
            return c < 128 ? c >= 'A' && c <= 'Z' : Character.isUpperCase(c);
        }

        /** "I", "I'm" and the like. */
        private boolean isPronoun(int start, int end) {
            return chars[start] == 'I' && (end == start + 1 || isJoiner(chars[start + 1]));
        }

        /** Whether a word of the same sentence stands before: a letter, a digit or a comma is the last thing on the line. */
        private boolean isInsideSentence(int start) {
            if (start > 1 && chars[start - 1] == ' ' && isAsciiLetter(chars[start - 2])) {
                return true;
            }
            int before = start - 1;
            while (before >= 0 && isSpace(chars[before])) {
                if (chars[before] == '\n') {
                    return false;
                }
                before--;
            }
            if (before < 0) {
                return false;
            }
            char c = chars[before];
            return c == ',' || c == '&' || isJoiner(c) || Character.isLetterOrDigit(c) || isMark(c);
        }

        private List<Token> withoutNames() {
            List<Token> free = new ArrayList<>(words.size());
            int next = 0;
            for (int i = 0; i < words.size(); i++) {
                Token word = words.get(i);
                if (next < capitalised.size() && capitalised.get(next) == i) {
                    guarded.add(new Span(word.start(), word.end(), "name"));
                    next++;
                } else {
                    free.add(word);
                }
            }
            return free;
        }
    }
}
