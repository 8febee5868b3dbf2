// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredRowsTest {
    private static final Path BERT = Path.of("..", "pipeline-core", "src", "test", "resources", "tiny-bert");

    @TempDir
    private Path folder;

    @Test
    void whatIsStoredIsReadAgainInAnyOrder() throws IOException {
        int size = 3000; // more than the writer first has room for
        try (StoredRows.Writer<Pair> writer = new StoredRows.Writer<>(RowFormat.PAIRS::row, folder.resolve("rows"))) {
            for (int i = 0; i < size; i++) {
                Pair row = pair(i);
                writer.add(row.tokens(), RowFormat.named(row.id(), RowFormat.PAIRS.bytes(row)));
            }
            try (StoredRows<Pair> rows = writer.rows()) {
                assertThat(rows).hasSize(size);
                for (int i : new int[] {size - 1, 0, 1500, 1}) {
                    assertThat(rows.get(i)).usingRecursiveComparison().isEqualTo(pair(i));
                    assertThat(rows.lengths().orElseThrow()[i]).isEqualTo(pair(i).tokens());
                }
            }
        }
        assertThat(folder).isEmptyDirectory();
    }

    private static Pair pair(int i) {
        long[] chosen = {i, 7, 50_000};
        long[] rejected = i % 2 == 0 ? new long[] {i} : new long[] {i, 1};
        return new Pair(
                "ä " + i,
                new LabelledTokens("ä " + i, chosen, new long[] {LabelledTokens.NONE, 7, LabelledTokens.NONE}),
                new LabelledTokens(
                        "ä " + i, rejected, i % 2 == 0 ? new long[] {-100} : new long[] {LabelledTokens.NONE, 1}));
    }

    @Test
    void wordsHaveTheClassesOfTheSpansOverThem() throws IOException {
        JsonNode row = new ObjectMapper()
                .readTree(
                        "{\"text\": \"Ann Lee paid, twice\", \"spans\": [{\"start\": 0, \"end\": 7, \"label\": \"who\"}]}");
        try (Tokenizer tokenizer = Tokenizer.whole(Files.readString(BERT.resolve("tokenizer.json")))) {
            WordRows reader = new WordRows(tokenizer, "text", "spans", WordRows.classes(List.of("who")), true, 64);
            Words words = reader.read(row, "r", new Cuts()).get(0);
            assertThat(words.words()[0]).isEqualTo(Words.SPECIAL);
            assertThat(words.words()[words.tokens() - 1]).isEqualTo(Words.SPECIAL);
            long[] labels = java.util.Arrays.stream(words.labels())
                    .filter(label -> label != LabelledTokens.NONE)
                    .toArray();
            // Ann, Lee, paid, a comma, twice: O is 0, B-who 1, I-who 2.
            assertThat(labels).containsExactly(1, 2, 0, 0, 0);
            Words cut = new WordRows(tokenizer, "text", "", List.of(), true, 4)
                    .read(row, "r", new Cuts())
                    .get(0);
            assertThat(cut.tokens()).isEqualTo(4);
            assertThat(cut.ids()[3]).as("the text is still ended").isEqualTo(words.ids()[words.tokens() - 1]);
        }
    }

    @Test
    void examplesAreThoseThatWereGivenInTheirOrder() throws IOException {
        List<Example> given = List.of(
                new Example("where is my parcel?", 2),
                new Example("", 0),
                new Example("ça va 🙂\nzwei Zeilen", 1),
                new Example("where is my parcel?", 2));
        Path file = folder.resolve("rows");
        try (StoredRows<Example> stored = stored(file, given)) {
            assertThat(stored).isEqualTo(given);
            assertThat(stored.get(3)).isEqualTo(given.get(0));
            assertThat(file).doesNotExist();
            assertThat(stored.lengths().orElseThrow()).containsExactly(19, 0, 20, 19);
            assertThatThrownBy(() -> stored.get(4)).isInstanceOf(IndexOutOfBoundsException.class);
        }
        try (StoredRows<Example> none = stored(folder.resolve("none"), List.of())) {
            assertThat(none).isEmpty();
        }
    }

    /** 100,000 texts of 400 letters would take 40 MB, and their places take 1.6. */
    @Test
    void theTextsAreNotInMemory() throws IOException {
        String text = "a word or two ".repeat(29);
        long before = used();
        try (StoredRows.Writer<Example> writer = new StoredRows.Writer<>(Example::of, folder.resolve("many"))) {
            for (int i = 0; i < 100_000; i++) {
                writer.add(i, new Example(text + i, i % 7).bytes());
            }
            try (StoredRows<Example> stored = writer.rows()) {
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

    private static StoredRows<Example> stored(Path file, List<Example> examples) throws IOException {
        try (StoredRows.Writer<Example> writer = new StoredRows.Writer<>(Example::of, file)) {
            for (Example each : examples) {
                writer.add(each.text().length(), each.bytes());
            }
            return writer.rows();
        }
    }
}
