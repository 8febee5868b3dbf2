// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A text with what operators need to know of it, found once a document whatever the number of copies.
 *
 * @param text the source, untouched
 * @param sentences stretches of the text by start; whitespace between sentences belongs to none
 * @param tokens by start, not overlapping
 * @param protectedSpans what no edit may overlap; the label says why. Spans that overlap are joined, under the first label
 */
public record AnalyzedText(String text, List<Span> sentences, List<Token> tokens, List<Span> protectedSpans) {
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    public AnalyzedText {
        sentences = List.copyOf(sentences);
        tokens = List.copyOf(tokens);
        protectedSpans = joined(protectedSpans);
    }

    /** The text of a token. */
    public String textOf(Token token) {
        return text.substring(token.start(), token.end());
    }

    /** Whether an edit of the chars from {@code start} to {@code end} would touch a protected span. */
    public boolean isProtected(int start, int end) {
        int from = 0;
        int to = protectedSpans.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (protectedSpans.get(middle).end() <= start) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        if (from == protectedSpans.size()) {
            return false;
        }
        Span next = protectedSpans.get(from);
        return start == end ? next.start() < start : next.start() < end;
    }

    private static List<Span> joined(List<Span> spans) {
        List<Span> joined = new ArrayList<>();
        for (Span span : spans.stream()
                .sorted(Comparator.comparingInt(Span::start).thenComparingInt(Span::end))
                .toList()) {
            Span last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (last != null && span.start() < last.end()) {
                joined.set(joined.size() - 1, new Span(last.start(), Math.max(last.end(), span.end()), last.label()));
            } else if (span.end() > span.start()) {
                joined.add(span);
            }
        }
        return List.copyOf(joined);
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
