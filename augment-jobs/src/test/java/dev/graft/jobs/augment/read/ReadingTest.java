// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.corpus.Document;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Columns;
import dev.graft.jobs.augment.OnSpark;
import dev.graft.jobs.augment.Runs;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

/** Reading alone: nothing is augmented. */
public class ReadingTest extends OnSpark {
    private AugmentSettings settings(String corpus) {
        return dev.graft.config.Settings.parse(
                "name = t, out = \"" + folder.resolve("run") + "\"\n" + Runs.OPERATORS + "corpus { " + corpus + " }",
                AugmentSettings::read);
    }

    private CorpusTables read(String corpus) throws IOException {
        Path staging = Files.createTempDirectory(folder, "staging");
        AugmentSettings settings = settings(corpus);
        return new CorpusReader(spark, settings.recipe().corpus(), 1000)
                .read(new Place(new LocalStorage(), staging.toString()));
    }

    private static List<String> column(CorpusTables corpus, String name) {
        return corpus.rows().orderBy("id").select(Columns.named(name)).collectAsList().stream()
                .map(row -> row.isNullAt(0) ? null : row.get(0).toString())
                .toList();
    }

    @Test
    public void everyNameOfAFileIsRead() throws IOException {
        for (String name : List.of("a b", "50%41", "x#y", "ü", "a,b", "c[1]", "d{e,f}", "i*j", "k\\l", "m+n?")) {
            Path inside = Files.createDirectories(folder.resolve(name));
            for (String format : name.equals("50%41") ? List.of("jsonl", "csv", "conll") : List.of("jsonl")) {
                Path file = inside.resolve(name + "." + format);
                Files.writeString(
                        file,
                        switch (format) {
                            case "jsonl" -> "{\"text\": \"one\"}\n";
                            case "csv" -> "text\none\n";
                            default -> "one O\n";
                        });
                String given = file.toString().replace("\\", "\\\\");
                CorpusTables corpus = read("format = " + format + ", train = \"" + given + "\", shares { test = 0 }");
                assertThat(column(corpus, "text")).as(given).containsExactly("one");
            }
        }
    }

    @Test
    public void aFileThatHadoopCantOpenIsRefusedByItsName() throws IOException {
        Path file = Files.writeString(folder.resolve("g:h.jsonl"), "{\"text\": \"one\"}\n");
        assertThatThrownBy(() -> read("train = \"" + file + "\""))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("g:h.jsonl", "\":\" in its name");
    }

    @Test
    public void theFirstRowsNameThoseThatCantBeUsed() throws IOException {
        Path file = Files.writeString(
                folder.resolve("broken.jsonl"),
                "{\"text\": \"one\"}\n\n{\"text\": \n{\"text\": \"two\"}\n{\"txt\": 1}\n");
        FirstRows head = FirstRows.read(settings("train = \"" + file + "\", shares { test = 0 }"), 10);
        assertThat(head.documents()).extracting(Document::text).containsExactly("one", "two");
        assertThat(head.refused()).hasSize(2);
        assertThat(head.refused().get(0)).startsWith(file + ":3: ");
        assertThat(head.refused().get(1)).startsWith(file + ":5: ");
    }

    @Test
    public void theFirstRowsHasTheRowsAndTheIdsOfTheJob() throws IOException {
        Path file = runs.corpus(
                "many.jsonl",
                IntStream.range(0, 300)
                        .mapToObj(
                                i -> i % 7 == 0 ? "" : "{\"text\": \"row %d\", \"label\": \"%s\"}".formatted(i, i % 2))
                        .toList());
        for (String more : List.of("", ", limit = 20", ", shares { test = 0 }, group = label")) {
            String corpus = "train = \"" + file + "\", label = label" + more;
            List<Row> rows = read(corpus).rows().where("split = 'train'").collectAsList();
            FirstRows head = FirstRows.read(settings(corpus), 1000);
            assertThat(head.documents().stream().map(Document::id).toList())
                    .containsExactlyInAnyOrderElementsOf(
                            rows.stream().map(row -> row.<String>getAs("id")).toList());
            assertThat(head.training()).isEqualTo(rows.size());
            assertThat(FirstRows.read(settings(corpus), 10).documents())
                    .isEqualTo(head.documents().subList(0, 10));
        }
    }

    @Test
    public void unusedColumnsOfAnyTypeStopNothing() throws IOException {
        Path train = runs.corpus(
                "train.jsonl",
                List.of(
                        "{\"key\": \"1\", \"text\": \"a\", \"label\": 0, \"x\": 1, \"id\": 9, \"Text\": \"T\", \"a.b\": 1, \"k\": 1, \"k\": 2, \"m\": {\"A\": 1, \"a\": 2}}",
                        "{\"key\": \"2\", \"text\": \"b\", \"label\": \"word\", \"x\": [1], \"_reason\": \"r\", \"fate\": \"f\", \"deep\": "
                                + "[".repeat(50) + "]".repeat(50) + "}"));
        Path test = runs.corpus(
                "test.jsonl", List.of("{\"key\": \"3\", \"text\": \"c\", \"label\": \"0\", \"x\": {\"y\": NaN}}"));
        CorpusTables corpus = read("train = \"" + train + "\", test = \"" + test + "\", label = label, id = key");
        assertThat(column(corpus, "label")).containsExactly("0", "word", "0");
        assertThat(column(corpus, "x")).containsExactly("1", "[1]", "{\"y\":\"NaN\"}");
        assertThat(column(corpus, "given_id")).containsExactly("9", null, null);
        assertThat(column(corpus, "given_Text")).containsExactly("T", null, null);
        assertThat(column(corpus, "given_fate")).containsExactly(null, "f", null);
        assertThat(column(corpus, "_reason")).containsExactly(null, "r", null);
        assertThat(column(corpus, "a.b")).containsExactly("1", null, null);
        assertThat(column(corpus, "m").get(0)).isEqualTo("{\"A\":1,\"a\":2}");
        corpus.rows().write().parquet(folder.resolve("kept").toString());
    }

    @Test
    public void partsOfParquetMayDifferAndOthersAreNamed() throws IOException {
        Path parts = folder.resolve("parts");
        spark.sql("select 'a' text, 1 n, timestamp'2020-01-01 00:00:00' t")
                .write()
                .parquet(parts.resolve("one").toString());
        spark.sql("select 'b' text, 'two' n, 2.5 extra")
                .write()
                .parquet(parts.resolve("sub/two").toString());
        CorpusTables corpus = read("format = parquet, train = \"" + parts + "\", shares { test = 0 }");
        assertThat(column(corpus, "n")).containsExactlyInAnyOrder("1", "two");
        assertThat(column(corpus, "extra")).containsExactlyInAnyOrder(null, "2.5");
        Files.writeString(parts.resolve("README"), "text");
        assertThatThrownBy(() -> read("format = parquet, train = \"" + parts + "\""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("README is not a Parquet file");
        Files.delete(parts.resolve("README"));
        spark.sql("select array('c') text")
                .write()
                .parquet(parts.resolve("three").toString());
        assertThatThrownBy(() -> read("format = parquet, train = \"" + parts + "\""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("the column text is array<string>; allowed is text");
    }

    @Test
    public void packedFilesAreUnpackedOrNamed() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            for (int i = 0; i < 20_000; i++) {
                out.write(("{\"text\": \"row " + Integer.toHexString(i * 7919) + "\"}\n")
                        .getBytes(StandardCharsets.UTF_8));
            }
        }
        Path file = folder.resolve("a.jsonl.gz");
        Files.write(file, packed.toByteArray());
        String corpus = "train = \"" + file + "\", shares { test = 0 }";
        assertThat(read(corpus).census().get().train()).isEqualTo(20_000);
        assertThat(FirstRows.read(settings(corpus), 3).documents()).hasSize(3);
        Files.write(file, java.util.Arrays.copyOf(packed.toByteArray(), packed.size() / 2));
        assertThatThrownBy(() -> read(corpus))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("a.jsonl.gz can't be read");
        Files.writeString(file, "{\"text\": \"plain\"}\n");
        assertThatThrownBy(() -> read(corpus))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("a.jsonl.gz can't be read");
    }

    @Test
    public void everyClassKeepsATrainingRowAndTwoLabelsAreTold() throws IOException {
        Path file = runs.corpus(
                "classes.jsonl",
                IntStream.range(0, 80)
                        .mapToObj(i -> "{\"text\": \"row %d\", \"label\": \"c%d\"}".formatted(i, i / 2))
                        .toList());
        CorpusTables corpus = read("train = \"" + file + "\", label = label, shares { test = 0.45 }");
        assertThat(corpus.rows()
                        .where("split = 'train'")
                        .select("label")
                        .distinct()
                        .count())
                .isEqualTo(40);
        assertThat(corpus.census().get().quarantine()).isZero();
        assertThat(corpus.notes()).anyMatch(note -> note.contains("of 40 classes without a training row"));
        Path twice = runs.corpus(
                "twice.jsonl",
                List.of("{\"text\": \"same\", \"label\": \"a\"}", "{\"text\": \"same\", \"label\": \"b\"}"));
        assertThat(read("train = \"" + twice + "\", label = label, shares { test = 0 }")
                        .notes())
                .containsExactly("1 texts of training rows have more than one label; they stay");
    }

    @Test
    public void aTableIsACorpus() throws IOException {
        spark.range(3)
                .select(functions
                        .concat(functions.lit("text "), functions.col("id").cast("string"))
                        .as("text"))
                .createOrReplaceTempView("tickets");
        CorpusTables corpus = read("table = tickets, shares { test = 0 }");
        assertThat(column(corpus, "text")).containsExactlyInAnyOrder("text 0", "text 1", "text 2");
        assertThatThrownBy(() -> read("table = nowhere"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("nowhere");
    }
}
