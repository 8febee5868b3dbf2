// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.graft.config.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpanFormatTest {
    private static final String TEXT = "😀😀 met Åke today";

    private static List<Span> spans(String settings, String spans, String text) {
        SpanFormat format = Settings.parse(settings, SpanFormat::read).orElseThrow();
        try {
            return format.spans(JsonRow.JSON.readTree(spans), text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void theUnitIsThatOfTheKey() {
        Span ake = new Span(9, 12, "PER");
        assertThat(spans("spans { unit = utf-16 }", "[[9, 12, \"PER\"]]", TEXT)).containsExactly(ake);
        assertThat(spans("spans { unit = code-points }", "[[7, 10, \"PER\"]]", TEXT))
                .containsExactly(ake);
        assertThat(spans("spans { unit = utf-8 }", "[[13, 17, \"PER\"]]", TEXT)).containsExactly(ake);
        for (String unit : List.of("utf-16", "code-points", "utf-8")) {
            assertThat(spans("spans { unit = " + unit + " }", "[[0, 3, \"X\"]]", "abc"))
                    .containsExactly(new Span(0, 3, "X"));
            assertThatThrownBy(() -> spans("spans { unit = " + unit + " }", "[[0, 4, \"X\"]]", "abc"))
                    .hasMessage("span 1 of spans lies outside of the text");
        }
    }

    @Test
    void aUnitThatMayNotFitIsRefused() {
        assertThatThrownBy(() -> spans("spans = spans", "[[7, 10, \"PER\"]]", TEXT))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("corpus.spans.unit must say what is counted: code-points or utf-16");
        assertThat(spans("spans = spans", "[[0, 3, \"X\"]]", "abc 😀")).containsExactly(new Span(0, 3, "X"));
        String said = "[{\"start\": 9, \"end\": 12, \"label\": \"PER\", \"text\": \"Åke\"}]";
        assertThat(spans("spans = spans", said, TEXT)).containsExactly(new Span(9, 12, "PER"));
        assertThatThrownBy(() -> spans("spans { unit = code-points }", said, TEXT))
                .hasMessageContaining("span 1 of spans covers \"e t\", and says \"Åke\"; does corpus.spans.unit fit");
        assertThatThrownBy(() -> spans("spans { unit = utf-16 }", "[[1, 4, \"X\"]]", TEXT))
                .hasMessageContaining("cuts a character in two");
    }

    @Test
    void fieldsHaveTheNamesOfTheKeysAndSpansAreOrdered() {
        assertThat(spans(
                        "spans { column = ents, start = from, end = to, label = entity, text = value }",
                        "[{\"from\": 5, \"to\": 7.0, \"entity\": 3}, {\"from\": 0, \"to\": 4, \"entity\": \"P\", \"value\": \"Mary\"}]",
                        "Mary is"))
                .containsExactly(new Span(0, 4, "P"), new Span(5, 7, "3"));
        assertThat(spans("spans = x", "[]", "a")).isEmpty();
        assertThat(spans("spans = x", "null", "a")).isEmpty();
    }

    @Test
    void whatIsNoSpanIsNamed() {
        for (List<String> each : List.of(
                List.of("\"0-3\"", "x is a text; allowed is a list of spans"),
                List.of("{}", "x is an object; allowed is a list of spans"),
                List.of("[5]", "span 1 of x is a number; allowed is { start, end, label } or [start, end, label]"),
                List.of("[null]", "span 1 of x is nothing"),
                List.of("[[0, 1]]", "span 1 of x is a list"),
                List.of("[[0, 1, \"A\"], [1, \"2\", \"A\"]]", "span 2 of x has no whole number as end"),
                List.of("[[0.5, 1, \"A\"]]", "span 1 of x has no whole number as start"),
                List.of("[[0, 4294967299, \"A\"]]", "span 1 of x has 4294967299 as end, which is outside of the text"),
                List.of("[[-1, 1, \"A\"]]", "span 1 of x has -1 as start, which is outside of the text"),
                List.of("[[2, 1, \"A\"]]", "span"),
                List.of("[[0, 1, null]]", "span 1 of x has no label"),
                List.of("[[0, 1, [\"A\"]]]", "span 1 of x has no label"))) {
            assertThatThrownBy(() -> spans("spans = x", each.get(0), "abc"))
                    .as(each.get(0))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining(each.get(1));
        }
    }
}
