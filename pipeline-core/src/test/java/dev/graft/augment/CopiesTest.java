// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.random.Seeds;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CopiesTest {
    private static Copies read(String text) {
        return Settings.parse(text, Copies::read);
    }

    private static LongStream made(Copies copies, int rows) {
        return LongStream.range(0, rows).map(row -> copies.of(rows, Seeds.document(7, "d" + row), "swap"));
    }

    @Test
    void aNumberIsOfEachDocument() {
        assertThat(read("")).isEqualTo(Copies.of(1));
        assertThat(read("copies = 3").of(1, 5, "swap")).isEqualTo(3);
        assertThat(read("copies = 3").of(999, 6, "swap")).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"200, 40, 5, 5", "200, 3, 66, 67", "200, 1000, 0, 1", "7, 7, 1, 1", "5000, 2, 1000, 1000"})
    void aClassHasItsNumberHoweverManyDocumentsItHas(int perClass, int rows, int least, int most) {
        Copies copies = read("copies { per-class = " + perClass + " }");
        assertThat(made(copies, rows)).allMatch(each -> each >= least && each <= most);
        double wanted = Math.min(perClass, (double) Copies.MOST * rows);
        assertThat((double) made(copies, rows).sum())
                .isBetween(wanted - 2 * Math.sqrt(rows), wanted + 2 * Math.sqrt(rows));
    }

    @Test
    void whatADocumentGetsHangsOnItselfAndOnTheOperator() {
        Copies copies = new Copies(1, 50);
        assertThat(made(copies, 100))
                .containsExactlyElementsOf(made(copies, 100).boxed().toList());
        assertThat(LongStream.range(0, 100).map(row -> copies.of(100, Seeds.document(7, "d" + row), "typos")))
                .isNotEqualTo(made(copies, 100).boxed().toList());
    }

    @Test
    void partsMultiply() {
        assertThat(read("copies { per-class = 20 }").times(3).of(30, 1, "sequence"))
                .isEqualTo(2);
        assertThat(Copies.of(2).times(3)).isEqualTo(Copies.of(6));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "copies = 0",
                "copies = 1001",
                "copies { per-class = 0 }",
                "copies { per-class = 1.5 }",
                "copies { per-class = many }",
                "copies {}",
                "copies { per-classes = 3 }"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems()).anyMatch(problem -> problem.contains("copies")));
    }
}
