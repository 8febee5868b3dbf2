// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.train.Example;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeenRowsTest {
    private static final List<Example> GIVEN =
            IntStream.range(0, 4).mapToObj(i -> new Example("row " + i, i)).toList();

    /** A row of a file of which 7 * i tokens are told. */
    private static StoredRows<Example> stored(Path folder) throws IOException {
        try (StoredRows.Writer<Example> writer = new StoredRows.Writer<>(Example::of, folder.resolve("rows"))) {
            for (int i = 0; i < GIVEN.size(); i++) {
                writer.add(7 * i, GIVEN.get(i).bytes());
            }
            return writer.rows();
        }
    }

    @Test
    void rowsAreThoseOfTheListAndSoAreTheirLengths(@TempDir Path folder) throws IOException {
        try (StoredRows<Example> stored = stored(folder)) {
            List<Example> some = SeenRows.at(stored, new int[] {2, 0, 2});
            assertThat(some).containsExactly(GIVEN.get(2), GIVEN.get(0), GIVEN.get(2));
            assertThat(Lengths.of(some).orElseThrow()).containsExactly(14, 0, 14);

            List<Integer> labels = SeenRows.each(some, Example::label);
            assertThat(labels).containsExactly(2, 0, 2);
            assertThat(Lengths.of(labels).orElseThrow()).containsExactly(14, 0, 14);

            List<Example> both = SeenRows.both(some, stored);
            assertThat(both.subList(0, 3)).isEqualTo(some);
            assertThat(both.subList(3, 7)).isEqualTo(GIVEN);
            assertThat(Lengths.of(both).orElseThrow()).containsExactly(14, 0, 14, 0, 7, 14, 21);

            assertThatThrownBy(() -> both.get(7)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> some.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void lengthsThatAreNotKnownAreNotMadeUp(@TempDir Path folder) throws IOException {
        assertThat(Lengths.of(GIVEN)).isEmpty();
        assertThat(Lengths.of(SeenRows.at(GIVEN, new int[] {1}))).isEmpty();
        assertThat(Lengths.of(SeenRows.each(GIVEN, Example::text))).isEmpty();
        try (StoredRows<Example> stored = stored(folder)) {
            assertThat(Lengths.of(SeenRows.both(stored, GIVEN))).isEmpty();
            assertThat(Lengths.of(SeenRows.both(GIVEN, stored))).isEmpty();
        }
    }

    /** A row is made as it is asked for, and not before. */
    @Test
    void nothingIsReadBeforeItIsAskedFor() {
        int[] made = {0};
        List<String> texts = SeenRows.each(GIVEN, row -> {
            made[0]++;
            return row.text();
        });
        List<String> all = SeenRows.both(texts, SeenRows.at(texts, new int[] {3, 3}));
        assertThat(all).hasSize(6);
        assertThat(made[0]).isZero();
        assertThat(all.get(5)).isEqualTo("row 3");
        assertThat(made[0]).isEqualTo(1);
    }
}
