// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

/**
 * A stretch of a text.
 *
 * @param start first char (UTF-16 unit), inclusive
 * @param end last char, exclusive; at least {@code start}
 * @param label what it is: a token's tag, an entity's type, the reason why it is protected
 */
public record Span(int start, int end, String label) {
    public Span {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException(
                    "span [" + start + ", " + end + ") is not within a text: 0 <= start <= end");
        }
    }

    /** Whether this span and the chars from {@code otherStart} to {@code otherEnd} share a char. */
    public boolean overlaps(int otherStart, int otherEnd) {
        return start < otherEnd && otherStart < end;
    }
}
