// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

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
        int length = text.length();
        int free = 0;
        for (Edit edit : edits) {
            if (edit.start < free || edit.end > text.length()) {
                throw new IllegalArgumentException(edit + " overlaps the edit before it or ends after the text ("
                        + text.length() + " chars, free from " + free + ")");
            }
            length += edit.replacement.length() - (edit.end - edit.start);
            free = edit.end;
        }
        StringBuilder result = new StringBuilder(length);
        int from = 0;
        for (Edit edit : edits) {
            result.append(text, from, edit.start).append(edit.replacement);
            from = edit.end;
        }
        return result.append(text, from, text.length()).toString();
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

    /**
     * The edits that do in one go what {@code first} and then {@code second}, which refers to the text that {@code first}
     * made, do one after the other.
     */
    public static List<Edit> compose(List<Edit> first, List<Edit> second) {
        if (first.isEmpty() || second.isEmpty()) {
            return first.isEmpty() ? second : first;
        }
        return new Composition(first).with(second);
    }

    /**
     * Where annotated spans lie after edits: text inserted at a border stays outside. A span that an edit crosses, or
     * swallows together with more, has no place any more and is left out.
     *
     * @param edits in order, not overlapping
     */
    public static List<Span> project(List<Span> spans, List<Edit> edits) {
        return spans.isEmpty()
                ? List.of()
                : spans.stream()
                        .flatMap(span -> projected(span, edits).stream())
                        .toList();
    }

    /**
     * Where the spans that no edit touches lie after edits, in time that is linear in the number of both.
     *
     * @param spans in order, not overlapping
     * @param edits in order, not overlapping
     */
    public static List<Span> untouched(List<Span> spans, List<Edit> edits) {
        List<Span> moved = new ArrayList<>(spans.size());
        int growth = 0;
        int next = 0;
        for (Span span : spans) {
            for (; next < edits.size() && edits.get(next).end <= span.start(); next++) {
                growth += edits.get(next).replacement.length() - (edits.get(next).end - edits.get(next).start);
            }
            if (next == edits.size() || edits.get(next).start >= span.end()) {
                moved.add(new Span(span.start() + growth, span.end() + growth, span.label()));
            }
        }
        return moved;
    }

    private static Optional<Span> projected(Span span, List<Edit> edits) {
        int before = 0;
        int within = 0;
        for (Edit edit : edits) {
            int growth = edit.replacement.length() - (edit.end - edit.start);
            boolean inside = edit.start >= span.start() && edit.end <= span.end();
            if (edit.end <= span.start()) {
                before += growth;
            } else if (edit.start >= span.end()) {
                break;
            } else if (inside) {
                within += growth;
            } else {
                return Optional.empty();
            }
        }
        int start = span.start() + before;
        int end = span.end() + before + within;
        return end > start || span.end() == span.start()
                ? Optional.of(new Span(start, end, span.label()))
                : Optional.empty();
    }

    /** Replays edits of edits on the source: what is kept of it, what is deleted and what is inserted. */
    private static final class Composition {
        private final Iterator<Edit> earlier;
        private final List<Edit> result = new ArrayList<>();
        private final StringBuilder inserted = new StringBuilder();
        /** The next char of the source, and the start of the edit that is being gathered. */
        private int source;

        private int editStart;
        /** What is left of the stretch that the earlier edits made: kept chars, or a replacement from {@code offset} on. */
        private int kept;

        private String replacement = "";
        private int offset;
        private Optional<Edit> next;

        Composition(List<Edit> first) {
            earlier = first.iterator();
            next = Optional.empty();
            advance();
        }

        /** Sets the stretch of kept chars before the next earlier edit; without one, they go on to the end. */
        private void advance() {
            next = earlier.hasNext() ? Optional.of(earlier.next()) : Optional.empty();
            kept = next.map(edit -> edit.start - source).orElse(Integer.MAX_VALUE);
        }

        List<Edit> with(List<Edit> second) {
            int at = 0;
            for (Edit edit : second) {
                pass(edit.start - at, true);
                pass(edit.end - edit.start, false);
                inserted.append(edit.replacement);
                at = edit.end;
            }
            while (next.isPresent() || offset < replacement.length()) {
                int length = offset < replacement.length() ? replacement.length() - offset : kept;
                pass(length, true);
                enter();
            }
            flush();
            return result;
        }

        /** Goes over chars of the middle text, keeping or dropping them. */
        private void pass(int length, boolean keep) {
            int left = length;
            while (left > 0) {
                enter();
                if (offset < replacement.length()) {
                    int taken = Math.min(left, replacement.length() - offset);
                    if (keep) {
                        inserted.append(replacement, offset, offset + taken);
                    }
                    offset += taken;
                    left -= taken;
                } else {
                    int taken = Math.min(left, kept);
                    if (keep) {
                        flush();
                    }
                    source += taken;
                    kept -= kept == Integer.MAX_VALUE ? 0 : taken;
                    if (keep) {
                        editStart = source;
                    }
                    left -= taken;
                }
            }
        }

        /** Where the kept chars are used up, the earlier edit begins: its part of the source is gone. */
        private void enter() {
            while (kept == 0 && offset == replacement.length() && next.isPresent()) {
                Edit edit = next.get();
                source = edit.end;
                replacement = edit.replacement;
                offset = 0;
                advance();
                if (!replacement.isEmpty()) {
                    return;
                }
            }
        }

        private void flush() {
            if (source > editStart || inserted.length() > 0) {
                result.add(new Edit(editStart, source, inserted.toString()));
                inserted.setLength(0);
            }
            editStart = source;
        }
    }
}
