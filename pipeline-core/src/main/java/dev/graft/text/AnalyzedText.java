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
}
