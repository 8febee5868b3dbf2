// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.config.Settings;
import dev.graft.corpus.InputException;
import dev.graft.jobs.augment.AugmentJob;
import dev.graft.jobs.augment.OnSpark;
import dev.graft.jobs.augment.Runs;
import dev.graft.jobs.augment.setup.AugmentSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

public class CorpusReaderTest extends OnSpark {
    private static final String CONLL = """
            -DOCSTART- -X- O O

            The O
            courier O
            of O
            Anna B-PER
            Berg I-PER
            arrived O
            in O
            Oslo B-LOC
            . O

            Nobody O
            answers O
            the O
            telephone B-THING

            broken
            """;

    @Test
    public void rowsThatCannotBeUsedAreSetAsideWithThePlaceAndTheReason() throws IOException {
        List<String> lines = new ArrayList<>(Runs.tickets());
        lines.add("not JSON");
        lines.add("{\"id\": \"n\", \"text\": null, \"label\": \"a\"}");
        lines.add("{\"id\": \"e\", \"text\": \"  \", \"label\": \"a\"}");
        lines.add("{\"id\": \"t0\", \"text\": \"an id again\", \"label\": \"a\"}");
        lines.add("{\"id\": \"big\", \"text\": \"" + "word ".repeat(2_000_000) + "\", \"label\": \"a\"}");
        Path corpus = runs.corpus("bad.jsonl", lines);
        byte[] broken =
                "{\"id\": \"u\", \"text\": \"caf\u00e9\", \"label\": \"a\"}\n".getBytes(StandardCharsets.ISO_8859_1);
        Files.write(corpus, broken, java.nio.file.StandardOpenOption.APPEND);

        runs.run(corpus, "out", "max-bad-rows = 0.5");
        List<Row> quarantine = runs.table("out", "quarantine").orderBy("offset").collectAsList();
        assertThat(quarantine.stream().map(row -> row.<String>getAs("reason")))
                .containsExactly(
                        "not a JSON object",
                        "no text",
                        "empty text",
                        "id occurs already",
                        "text has 10000000 chars; max-chars is 1000000",
                        "not UTF-8");
        assertThat(quarantine).allMatch(row -> row.<String>getAs("file").endsWith("bad.jsonl"));
        String upTo = Stream.concat(Runs.tickets().stream(), Stream.of("")).collect(Collectors.joining("\n"));
        assertThat(quarantine.get(0).<Long>getAs("offset")).isEqualTo(upTo.getBytes(StandardCharsets.UTF_8).length);
        assertThatThrownBy(() -> runs.run(corpus, "strict", ""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("6 of 14 rows can't be used; max-bad-rows allows a share of 0.01");
        assertThat(folder.resolve("strict/augmented")).doesNotExist();
    }

    @Test
    public void aTrainingRowWithTheTextOfATestRowIsSetAside() throws IOException {
        Path test = runs.corpus("test.jsonl", List.of(Runs.tickets().get(0).replace("t0", "x0")));
        runs.run(runs.corpus("a.jsonl", Runs.tickets()), "out", "corpus.test = \"" + test + "\"");
        assertThat(runs.table("out", "quarantine").select("reason").collectAsList().stream()
                        .map(row -> row.getString(0)))
                .containsExactly("same text as a row of test");
        assertThat(runs.table("out", "augmented")
                        .where("id = 'x0' and split = 'test'")
                        .count())
                .isEqualTo(1);
    }

    @Test
    public void aLabelThatOnlyTheTestPartHasIsSetAside() throws IOException {
        Path test = runs.corpus(
                "test.jsonl", List.of("{\"id\": \"x\", \"text\": \"a new thing\", \"label\": \"never seen\"}"));
        runs.run(runs.corpus("a.jsonl", Runs.tickets()), "out", "max-bad-rows = 0.5, corpus.test = \"" + test + "\"");
        assertThat(runs.table("out", "quarantine").first().<String>getAs("reason"))
                .isEqualTo("label \"never seen\" is not one of the training rows");
    }

    @Test
    public void copiesHaveTheSeveralLabelsOfTheirSourceAndNoneIsTakenForAClass() throws IOException {
        List<String> lines = Runs.tickets().stream()
                .map(line -> line.replace("\"label\": \"a\"", "\"label\": [\"late\", \"rude\"]")
                        .replace("\"label\": \"b\"", "\"label\": []"))
                .toList();
        Path test = runs.corpus(
                "test.jsonl", List.of("{\"id\": \"x\", \"text\": \"a new thing\", \"label\": [\"rude\", \"late\"]}"));
        String several = "corpus { label-kind = several, test = \"" + test + "\" }\n";
        Path train = runs.corpus("several.jsonl", lines);
        runs.run(train, "json", several);
        assertThat(runs.table("json", "quarantine").count()).isZero();
        assertThat(labels("json", "augmentation is not null"))
                .contains("t0 [\"late\",\"rude\"]", "t1 []")
                .isSubsetOf(labels("json", "augmentation is null"));
        assertThat(labels("json", "split = 'test'")).containsExactly("x [\"rude\",\"late\"]");

        spark.read()
                .json(train.toString())
                .write()
                .parquet(folder.resolve("typed").toString());
        runs.run(folder.resolve("typed"), "parquet", "corpus { format = parquet, label-kind = several }");
        assertThat(labels("parquet", "augmentation is not null")).isEqualTo(labels("json", "augmentation is not null"));

        assertThatThrownBy(() -> runs.settings(train, "out", several + """
                        augment.operators = [{ operator = random-swap, copies { per-class = 9 } }]
                        augment.filters { cross-fit { max = 0.5 }, label { adapter = /nowhere } }
                        """))
                .hasMessageContainingAll(
                        "corpus.label-kind: given \"several\"; allowed is class, where an operator has copies.per-class",
                        "class, which the filter cross-fit goes by",
                        "class, which the filter label goes by");
    }

    @Test
    public void aNumberThatOnlyTheTestPartHasStaysAndWhatIsNoneIsSetAside() throws IOException {
        Path train = runs.corpus(
                "numbers.jsonl",
                Runs.tickets().stream()
                        .map(line -> line.replace("\"label\": \"a\"", "\"label\": 1.5")
                                .replace("\"label\": \"b\"", "\"label\": 2"))
                        .toList());
        Path test = runs.corpus(
                "test.jsonl",
                List.of(
                        "{\"id\": \"x\", \"text\": \"a new thing\", \"label\": -7.25}",
                        "{\"id\": \"y\", \"text\": \"an old thing\", \"label\": \"high\"}"));
        runs.run(train, "out", "max-bad-rows = 0.5, corpus { label-kind = number, test = \"" + test + "\" }");
        assertThat(runs.table("out", "quarantine").select("reason").collectAsList().stream()
                        .map(row -> row.getString(0)))
                .containsExactly("label \"high\" is not a number");
        assertThat(labels("out", "split = 'test'")).containsExactly("x -7.25");
        assertThat(labels("out", "augmentation is not null"))
                .isNotEmpty()
                .isSubsetOf(labels("out", "augmentation is null"));
    }

    /** The sources of rows with their labels, each once. */
    private List<String> labels(String out, String where) {
        return runs
                .table(out, "augmented")
                .where(where)
                .selectExpr("concat(coalesce(augmentation.source_id, id), ' ', label) told")
                .distinct()
                .orderBy("told")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }

    @Test
    public void anEmptyCorpusAMissingFileAndAMissingColumnAreNamed() throws IOException {
        Path empty = runs.corpus("empty.jsonl", List.of());
        assertThatThrownBy(() -> runs.run(empty, "out", ""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("empty");
        Path missing = folder.resolve("nowhere.jsonl");
        assertThatThrownBy(() -> runs.run(missing, "out", ""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("corpus.train: no such file or directory: " + missing);
        Path corpus = runs.corpus("a.jsonl", Runs.tickets());
        assertThatThrownBy(() -> runs.run(corpus, "out", "corpus.text = body"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("has no column body; it has channel, id, label, text");
    }

    @Test
    public void oneRowAndFiveThousandLabelsPass() throws IOException {
        runs.run(runs.corpus("one.jsonl", Runs.tickets().subList(0, 1)), "one", "");
        assertThat(runs.table("one", "augmented").count()).isGreaterThan(1);
        List<String> many = IntStream.range(0, 5000)
                .mapToObj(i -> "{\"id\": \"%d\", \"text\": \"word %d\", \"label\": \"label %d\"}".formatted(i, i, i))
                .toList();
        runs.run(runs.corpus("many.jsonl", many), "many", "augment.operators = [{ operator = random-swap }]");
        assertThat(runs.table("many", "augmented").select("label").distinct().count())
                .isEqualTo(5000);
    }

    @Test
    public void csvParquetAndTextAreReadToTheSameTexts() throws IOException {
        Path csv =
                runs.corpus("a.csv", List.of("id,text,label", "c1,\"two\nlines, and a comma\",a", "c2,second text,b"));
        runs.run(csv, "csv", "corpus.format = csv");
        assertThat(runs.texts("csv")).containsExactlyInAnyOrder("two\nlines, and a comma", "second text");
        assertThatThrownBy(() -> runs.run(folder.resolve("csv/augmented"), "parquet", "corpus.format = parquet"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("has a column augmentation, so it is augmented already");
        runs.table("csv", "augmented")
                .where("augmentation is null")
                .drop("augmentation")
                .write()
                .parquet(folder.resolve("originals").toString());
        runs.run(folder.resolve("originals"), "parquet", "corpus { format = parquet, split = split }");
        assertThat(runs.rows("parquet")).isEqualTo(runs.rows("csv"));
        Path text = runs.corpus("a.txt", List.of("first document", "second document"));
        AugmentJob.run(
                spark,
                Settings.parse(
                        "name = t, out = \"" + folder.resolve("text") + "\"\n" + Runs.OPERATORS
                                + "corpus { format = text, train = \"" + text + "\", shares { test = 0 } }",
                        AugmentSettings::read),
                false);
        assertThat(runs.texts("text")).containsExactlyInAnyOrder("first document", "second document");
    }

    @Test
    public void tokenLabelsFollowTheEdits() throws IOException {
        Path corpus = Files.writeString(folder.resolve("a.conll"), CONLL);
        AugmentJob.run(
                spark, Settings.parse("""
                        name = t, out = "%s", max-bad-rows = 0.5
                        corpus { format = conll, train = "%s", shares { test = 0 } }
                        augment {
                          operators = [{ operator = keyboard-typos, alpha = 1, copies = 3 }, { operator = random-swap }]
                          filters { similarity { min = -1 } }
                        }
                        """.formatted(folder.resolve("out"), corpus), AugmentSettings::read), false);
        List<Row> rows = runs.table("out", "augmented").collectAsList();
        assertThat(rows).hasSizeGreaterThan(4).allSatisfy(row -> {
            String text = row.getAs("text");
            List<Row> spans = row.getList(row.fieldIndex("spans"));
            assertThat(spans).hasSize(text.startsWith("N") || text.contains("nobody") ? 1 : spans.size());
            for (Row span : spans) {
                String content = text.substring(span.getInt(0), span.getInt(1));
                assertThat(content).isNotBlank().doesNotStartWith(" ").doesNotEndWith(" ");
                if (span.getString(2).equals("PER")) {
                    assertThat(content).isEqualTo("Anna Berg"); // names are protected
                }
            }
        });
        List<String> lines =
                spark.read().textFile(folder.resolve("out/conll").toString()).collectAsList();
        assertThat(lines).contains("Anna\tB-PER", "Berg\tI-PER", "Oslo\tB-LOC", "the\tO", "");
        assertThat(lines.stream().filter("Anna\tB-PER"::equals).count())
                .isEqualTo(rows.stream()
                        .filter(row -> row.<String>getAs("text").contains("Anna Berg"))
                        .count());
        assertThat(runs.table("out", "quarantine").first().<String>getAs("reason"))
                .contains("\"broken\" has no BIO label in its last column");
    }

    @Test
    public void aSpanOutsideOfItsTextIsSetAside() throws IOException {
        List<String> lines = List.of(
                "{\"id\": \"a\", \"text\": \"the new parcel\", \"spans\": [{\"start\": 8, \"end\": 14, \"label\": \"X\"}]}",
                "{\"id\": \"b\", \"text\": \"short\", \"spans\": [{\"start\": 2, \"end\": 9, \"label\": \"X\"}]}");
        runs.run(
                runs.corpus("spans.jsonl", lines),
                "out",
                "max-bad-rows = 1, corpus { spans = spans, label = null }, augment.operators = [{ operator = random-swap }]");
        assertThat(runs.table("out", "quarantine").select("reason").first().getString(0))
                .isEqualTo("span 1 of spans lies outside of the text");
    }
}
