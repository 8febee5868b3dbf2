// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.graft.config.Settings;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the annotated spans of a row are written: a list, of objects or of lists {@code [start, end, label]}.
 *
 * @param column name of the column
 * @param start name of the field with the first place of a span
 * @param end name of the field with the place after its last
 * @param label name of the field with what it is
 * @param text name of the field with what it covers; where a span has it, the two are compared
 * @param unit of {@code start} and {@code end}; null where it is not said: UTF-16 units, and a text of which the units would differ is
 *     refused unless its spans say what they cover
 */
public record SpanFormat(
        String column,
        String start,
        String end,
        String label,
        String text,
        @Nullable Unit unit) implements Serializable {

    /** What offsets count. */
    public enum Unit {
        /** Chars of Java, JavaScript and C#. */
        UTF_16,
        /** Characters of Python, and so of doccano, argilla, spaCy and Label Studio. */
        CODE_POINTS,
        /** Bytes of UTF-8. */
        UTF_8
    }

    /** Of a column whose spans are written as Graft writes them. */
    public static SpanFormat of(String column) {
        return new SpanFormat(column, "start", "end", "label", "text", Unit.UTF_16);
    }

    /** Reads {@code spans}: the name of the column, or a section. */
    static Optional<SpanFormat> read(Settings corpus) {
        if (!corpus.has("spans")) {
            return Optional.empty();
        }
        if (!corpus.isSection("spans")) {
            return corpus.optionalString("spans")
                    .map(name -> new SpanFormat(name, "start", "end", "label", "text", null));
        }
        Settings spans = corpus.section("spans");
        return Optional.of(new SpanFormat(
                spans.string("column", "spans"),
                spans.string("start", "start"),
                spans.string("end", "end"),
                spans.string("label", "label"),
                spans.string("text", "text"),
                spans.has("unit") ? spans.choice("unit", Unit.class, Unit.UTF_16) : null));
    }

    /** Spans as {@link #of} reads them. */
    static JsonNode written(List<Span> spans) {
        ArrayNode all = JsonRow.JSON.createArrayNode();
        spans.forEach(span -> all.addObject()
                .put("start", span.start())
                .put("end", span.end())
                .put("label", span.label()));
        return all;
    }

    /**
     * The spans by their start, in UTF-16 units.
     *
     * @param given null for none
     * @throws InputException that says what is wrong with which of them
     */
    List<Span> spans(@Nullable JsonNode given, String covered) {
        if (given == null || given.isNull()) {
            return List.of();
        }
        if (!given.isArray()) {
            throw new InputException(column + " is " + RowRules.kind(given) + "; allowed is a list of spans");
        }
        List<Span> spans = new ArrayList<>();
        for (JsonNode span : given) {
            spans.add(span(span, covered, "span " + (spans.size() + 1) + " of " + column));
        }
        spans.sort(Comparator.comparingInt(Span::start).thenComparingInt(Span::end));
        return spans;
    }

    private Span span(JsonNode span, String covered, String which) {
        if (!span.isObject() && !(span.isArray() && span.size() >= 3)) {
            throw new InputException(which + " is " + RowRules.kind(span) + "; allowed is { " + start + ", " + end
                    + ", " + label + " } or [start, end, label]");
        }
        int first = number(span.isArray() ? span.path(0) : span.path(start), which, start);
        int last = number(span.isArray() ? span.path(1) : span.path(end), which, end);
        JsonNode name = span.isArray() ? span.path(2) : span.path(label);
        if (!name.isValueNode() || name.isNull()) {
            throw new InputException(which + " has no " + label);
        }
        @Nullable String said = span.isObject() ? span.path(text).textValue() : null;
        if (last < first) {
            throw new InputException(which + " ends before it starts: " + first + " to " + last);
        }
        Span found = new Span(place(covered, first, which), place(covered, last, which), name.asText());
        String there = covered.substring(found.start(), found.end());
        if (said != null && !said.equals(there)) {
            throw new InputException(which + " covers \"" + there + "\", and says \"" + said
                    + "\"; does corpus.spans.unit fit, which is "
                    + Settings.name(counted()) + "?");
        }
        if (said == null && unit == null && covered.codePointCount(0, found.end()) != found.end()) {
            throw new InputException(which + " stands after a character that counts as one in Python and as two in"
                    + " UTF-16; corpus.spans.unit must say what is counted: code-points or utf-16");
        }
        return found;
    }

    private Unit counted() {
        return unit == null ? Unit.UTF_16 : unit;
    }

    private static int number(JsonNode place, String which, String field) {
        if (!place.isNumber() || place.doubleValue() != Math.rint(place.doubleValue())) {
            throw new InputException(which + " has no whole number as " + field);
        }
        if (place.doubleValue() < 0 || place.doubleValue() > Integer.MAX_VALUE) {
            throw new InputException(
                    which + " has " + place.asText() + " as " + field + ", which is outside of the text");
        }
        return (int) place.doubleValue();
    }

    private int place(String covered, int given, String which) {
        int at = switch (counted()) {
            case UTF_16 -> given <= covered.length() ? given : -1;
            case CODE_POINTS ->
                given <= covered.codePointCount(0, covered.length()) ? covered.offsetByCodePoints(0, given) : -1;
            case UTF_8 -> ofBytes(covered, given);
        };
        if (at < 0) {
            throw new InputException(which + " lies outside of the text");
        }
        if (at > 0 && at < covered.length() && Character.isSurrogatePair(covered.charAt(at - 1), covered.charAt(at))) {
            throw new InputException(which + " cuts a character in two; does corpus.spans.unit fit?");
        }
        return at;
    }

    /** Where the bytes of UTF-8 before it are so many; -1 where that is nowhere. */
    private static int ofBytes(String covered, int bytes) {
        int at = 0;
        int passed = 0;
        while (passed < bytes && at < covered.length()) {
            int end = covered.offsetByCodePoints(at, 1);
            passed += covered.substring(at, end).getBytes(StandardCharsets.UTF_8).length;
            at = end;
        }
        return passed == bytes ? at : -1;
    }
}
