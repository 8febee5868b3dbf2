// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import java.util.List;

/**
 * Puts {@code replacement} in the place of the chars from {@code start} to {@code end} of the source text.
 *
 * @param start first char (UTF-16 unit) of the source, inclusive
 * @param end last char, exclusive; equal to {@code start} for an insertion
 * @param replacement what stands there afterwards; empty for a deletion
 */
public record Edit(int start, int end, String replacement) {
    public Edit {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException(
                    "edit [" + start + ", " + end + ") is not within a text: 0 <= start <= end");
        }
    }

    /**
     * Applies edits that are in order and do not overlap; every char outside them stays as it is.
     *
     * @throws IllegalArgumentException if an edit starts before the one before it ends, or ends after the text
     */
    public static String apply(String text, List<Edit> edits) {
        StringBuilder result = new StringBuilder(text.length() + 16);
        int at = 0;
        for (Edit edit : edits) {
            if (edit.start < at || edit.end > text.length()) {
                throw new IllegalArgumentException(edit + " overlaps the edit before it or ends after the text ("
                        + text.length() + " chars, free from " + at + ")");
            }
            result.append(text, at, edit.start).append(edit.replacement);
            at = edit.end;
        }
        return result.append(text, at, text.length()).toString();
    }

    /** The edits that turn {@code apply(text, edits)} back into {@code text}. */
    public static List<Edit> inverse(String text, List<Edit> edits) {
        int shift = 0;
        Edit[] back = new Edit[edits.size()];
        for (int i = 0; i < back.length; i++) {
            Edit edit = edits.get(i);
            int start = edit.start + shift;
            back[i] = new Edit(start, start + edit.replacement.length(), text.substring(edit.start, edit.end));
            shift += edit.replacement.length() - (edit.end - edit.start);
        }
        return List.of(back);
    }
}
