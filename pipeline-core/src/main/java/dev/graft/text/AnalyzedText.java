// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.Span;
import java.util.List;

/**
 * A text with what operators need to know of it, found once a document whatever the number of copies.
 *
 * @param text the source, untouched
 * @param sentences stretches of the text by start; whitespace between sentences belongs to none
 * @param tokens by start, not overlapping
 * @param protectedSpans what no edit may overlap, by start; the label says why
 */
public record AnalyzedText(String text, List<Span> sentences, List<Token> tokens, List<Span> protectedSpans) {
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    public AnalyzedText {
        sentences = List.copyOf(sentences);
        tokens = List.copyOf(tokens);
        protectedSpans = List.copyOf(protectedSpans);
    }

    /** The text of a token. */
    public String textOf(Token token) {
        return text.substring(token.start(), token.end());
    }

    /** Whether an edit of the chars from {@code start} to {@code end} would touch a protected span. */
    public boolean isProtected(int start, int end) {
        for (Span span : protectedSpans) {
            if (span.overlaps(start, end) || (start == end && span.start() < start && start < span.end())) {
                return true;
            }
        }
        return false;
    }

    /**
     * The tokens that an operator may edit: made of letters, with a hyphen or an apostrophe inside at most, a word by
     * themselves, and off every protected span.
     */
    public List<Token> words() {
        return tokens.stream()
                .filter(token -> isWord(token) && !isProtected(token.start(), token.end()))
                .toList();
    }

    private boolean isWord(Token token) {
        if (!Character.isLetter(text.codePointAt(token.start()))
                || !Character.isLetter(text.codePointBefore(token.end()))
                || isGlued(token)) {
            return false;
        }
        return text.substring(token.start(), token.end())
                .codePoints()
                .allMatch(c -> Character.isLetter(c) || c == '-' || c == '\'' || c == '’');
    }

    /** Whether the token goes on beyond its borders: the tokenizer cut a word, or an accent follows. */
    private boolean isGlued(Token token) {
        return (token.start() > 0 && goesOn(text.codePointBefore(token.start())))
                || (token.end() < text.length() && goesOn(text.codePointAt(token.end())));
    }

    private static boolean goesOn(int codePoint) {
        return Character.isLetterOrDigit(codePoint)
                || isMark(codePoint)
                || codePoint == '\''
                || codePoint == '’'
                || codePoint == '-'
                || codePoint == '_';
    }

    /** Whether a code point belongs to the character before it: an accent, a joiner, a variation selector, a skin tone. */
    static boolean isMark(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || codePoint == ZERO_WIDTH_JOINER
                || (codePoint >= 0x1F3FB && codePoint <= 0x1F3FF);
    }
}
