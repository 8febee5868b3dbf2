// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

/** What a stretch of a text without white space is: an address, a mention, a number, code, or words. */
final class Stretches {
    private static final String CODE = "_\\{}<>=|~^";
    private static final String WIDE_QUOTES = "\"“„«";
    /** What an ASCII char needs to be looked at for: it may make its stretch an address, a number or code. */
    private static final boolean[] TELLING = telling();

    private final String text;
    private final char[] chars;
    private boolean markup;
    private boolean quotes;

    /** @param chars of the text */
    Stretches(String text, char[] chars) {
        this.text = text;
        this.chars = chars;
    }

    private static boolean[] telling() {
        boolean[] telling = new boolean[128];
        for (char c : (CODE + ":.@#/0123456789&%$-[\"").toCharArray()) {
            telling[c] = true;
        }
        return telling;
    }

    /** Whether something of markup stands in a stretch that was looked at. */
    boolean hasMarkup() {
        return markup;
    }

    boolean hasQuotes() {
        return quotes;
    }

    /** What it is guarded for as a whole; empty where it is to be searched for words. */
    String kind(int start, int end) {
        int slashes = 0;
        for (int i = start; i < end; i++) {
            char c = chars[i];
            if (c >= 128 ? !isTelling(c) : !TELLING[c]) {
                continue;
            }
            if (c == ':' && text.startsWith("//", i + 1)) {
                return "url";
            }
            if (c == '.' && i + 1 < end && isWordChar(i + 1) && (i == start || isWordChar(i - 1))) {
                return text.regionMatches(true, start, "www.", 0, 4) ? "url" : "code";
            }
            if (c == '@' || (c == '#' && i + 1 < end && isWordChar(i + 1) && (i == start || chars[i - 1] != '&'))) {
                return i > start && c == '@' ? "email" : "mention";
            }
            if (c == '&' && Markup.entityEnd(text, i) > 0) {
                markup = true;
                i = Markup.entityEnd(text, i) - 1;
                continue;
            }
            if (c < 128 ? c >= '0' && c <= '9' : isNumeric(c)) {
                return "number";
            }
            if (CODE.indexOf(c) >= 0 || (c == '/' && (++slashes > 1 || i == start)) || isPlaceholder(i, start, end)) {
                markup |= c == '{' || c == '<';
                return "code";
            }
            markup |= c == '[';
            quotes |= WIDE_QUOTES.indexOf(c) >= 0;
        }
        return "";
    }

    /** {@code %s}, {@code $HOME}, {@code --dry-run} or {@code -x} */
    private boolean isPlaceholder(int at, int start, int end) {
        boolean letterNext = at + 1 < end && Scanner.isAsciiLetter(chars[at + 1]);
        return switch (chars[at]) {
            case '%', '$' -> letterNext || (at + 1 < end && chars[at + 1] == '(');
            case '-' ->
                at == start
                        && ((letterNext && (at + 2 == end || chars[at + 2] == '='))
                                || (at + 2 < end && chars[at + 1] == '-' && Scanner.isAsciiLetter(chars[at + 2])));
            default -> false;
        };
    }

    private static boolean isTelling(char c) {
        return isNumeric(c) || WIDE_QUOTES.indexOf(c) >= 0;
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
}
