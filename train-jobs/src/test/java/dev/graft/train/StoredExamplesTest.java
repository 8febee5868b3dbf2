// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.train.data.Lengths;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredExamplesTest {
    @TempDir
    private Path folder;

    @Test
    void areTheExamplesThatWereGivenInTheirOrder() throws IOException {
        List<Example> given = List.of(
                new Example("where is my parcel?", 2),
                new Example("", 0),
                new Example("ça va 🙂\nzwei Zeilen", 1),
                new Example("where is my parcel?", 2));
        Path file = folder.resolve("rows");
        try (StoredExamples stored = stored(file, given)) {
            assertThat(stored).isEqualTo(given);
            assertThat(stored.get(3)).isEqualTo(given.get(0));
            assertThat(file).doesNotExist();
            assertThat(stored.lengths()).containsExactly(19, 0, 20, 19);
            List<Example> some = stored.at(new int[] {2, 0});
            assertThat(some).containsExactly(given.get(2), given.get(0));
            assertThat(((Lengths) some).lengths()).containsExactly(20, 19);
            assertThatThrownBy(() -> stored.get(4)).isInstanceOf(IndexOutOfBoundsException.class);
        }
        try (StoredExamples none = stored(folder.resolve("none"), List.of())) {
            assertThat(none).isEmpty();
        }
    }

    /** 100,000 texts of 400 letters would take 40 MB, and their places take 1.6. */
    @Test
    void theTextsAreNotInMemory() throws IOException {
        String text = "a word or two ".repeat(29);
        long before = used();
        try (StoredExamples.Writer writer = new StoredExamples.Writer(folder.resolve("many"))) {
            for (int i = 0; i < 100_000; i++) {
                writer.add(text + i, i % 7, i);
            }
            try (StoredExamples stored = writer.examples()) {
                assertThat(used() - before).isLessThan(10_000_000);
                assertThat(stored).hasSize(100_000);
                assertThat(stored.get(99_999)).isEqualTo(new Example(text + 99_999, 99_999 % 7));
            }
        }
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static StoredExamples stored(Path file, List<Example> examples) throws IOException {
        try (StoredExamples.Writer writer = new StoredExamples.Writer(file)) {
            for (Example each : examples) {
                writer.add(each.text(), each.label(), each.text().length());
            }
            return writer.examples();
        }
    }
}
