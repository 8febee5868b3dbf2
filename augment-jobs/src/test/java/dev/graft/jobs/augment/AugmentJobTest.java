// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.augment.Edit;
import dev.graft.config.Settings;
import dev.graft.corpus.InputException;
import dev.graft.report.Diversity;
import dev.graft.report.Report;
import dev.graft.report.Survey;
import dev.graft.run.Counts;
import dev.graft.run.Manifest;
import dev.graft.run.RunDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.util.DoubleComparator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AugmentJobTest {
    private static final String OPERATORS = """
            augment {
              operators = [
                { operator = synonym-replacement, alpha = 0.3, copies = 2 }
                { operator = random-swap, alpha = 0.2 }
                { operator = random-deletion, alpha = 0.2 }
                { operator = keyboard-typos, alpha = 0.3 }
              ]
              filters { similarity { min = 0.5 } }
            }
            """;

    private static SparkSession spark;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.sql.shuffle.partitions", 4)
                .getOrCreate();
        spark.sparkContext().setLogLevel("OFF");
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static List<String> tickets() {
        List<String> texts = List.of(
                "My parcel has not arrived and nobody answers the telephone.",
                "Please cancel the order BX-204817, I bought the wrong charger.",
                "The screen of the new phone is broken 🙁\\nWhat do I do now?",
                "I was charged twice, €20.50 each time, see https://example.com/x?y=1",
                "How do I change the e-mail address in my profile? Old one: me@example.com",
                "Refund still missing after two weeks, this is a big disappointment.",
                "café étonnant, the delivery was quick and the quality is wonderful",
                "Can I return the headphones? They are too small for my head.");
        return IntStream.range(0, texts.size())
                .mapToObj(i -> "{\"id\": \"t%d\", \"text\": \"%s\", \"label\": \"%s\", \"channel\": \"mail\"}"
                        .formatted(i, texts.get(i), i % 2 == 0 ? "a" : "b"))
                .toList();
    }

    private Path corpus(String name, List<String> lines) throws IOException {
        return Files.write(folder.resolve(name), lines, StandardCharsets.UTF_8);
    }

    private AugmentSettings settings(Path corpus, String out, String more) {
        return Settings.parse(
                "name = test\nout = \"" + folder.resolve(out) + "\"\n" + OPERATORS
                        + "\ncorpus { train = \"" + corpus
                        + "\", id = id, label = label, shares { test = 0 } }\n" + more,
                AugmentSettings::read);
    }

    private Manifest run(Path corpus, String out, String more) {
        return AugmentJob.run(spark, settings(corpus, out, more), false);
    }

    private Dataset<Row> table(String out, String name) {
        return spark.read().parquet(folder.resolve(out).resolve(name).toString());
    }

    private List<Row> idsAndTexts(String out) {
        return table(out, "augmented").orderBy("id").select("id", "text").collectAsList();
    }

    private List<String> rows(String out) {
        return table(out, "augmented").orderBy("id").toJSON().collectAsList();
    }

    @Test
    void theSameRowsWhateverThePartitionsAndTheOrder() throws IOException {
        List<String> shuffled = new ArrayList<>(tickets());
        Collections.shuffle(shuffled, new Random(5));
        run(corpus("a.jsonl", tickets()), "one", "augment.partitions = 1");
        run(corpus("b.jsonl", shuffled), "seven", "augment.partitions = 7");
        assertThat(rows("seven"))
                .isEqualTo(rows("one"))
                .hasSizeGreaterThan(tickets().size());
    }

    @Test
    void everyCopyIsAccountedForAndIsWhatItsEditsSay() throws IOException {
        Manifest manifest = run(corpus("a.jsonl", tickets()), "out", "");
        assertThat(manifest.operators().values())
                .allSatisfy(counts -> assertThat(counts.kept()
                                + counts.unchanged()
                                + counts.failed()
                                + counts.dropped().values().stream()
                                        .mapToLong(Long::longValue)
                                        .sum())
                        .isEqualTo(counts.copies() * 8L));
        long kept =
                manifest.operators().values().stream().mapToLong(c -> c.kept()).sum();
        assertThat(table("out", "augmented").count()).isEqualTo(8 + kept);
        assertThat(table("out", "rejected").count()).isEqualTo(8 * 5 - kept);

        Map<String, String> sources = table("out", "augmented").where("augmentation is null").collectAsList().stream()
                .collect(Collectors.toMap(row -> row.getAs("id"), row -> row.getAs("text")));
        for (Row row :
                table("out", "augmented").where("augmentation is not null").collectAsList()) {
            Row augmentation = row.getAs("augmentation");
            String source = sources.getOrDefault(augmentation.<String>getAs("source_id"), "");
            List<Edit> edits = augmentation.<Row>getList(augmentation.fieldIndex("edits")).stream()
                    .map(edit -> new Edit(edit.getInt(0), edit.getInt(1), edit.getString(2)))
                    .toList();
            assertThat(Edit.apply(source, edits)).isEqualTo(row.getAs("text")).isNotEqualTo(source);
            assertThat(row.<String>getAs("channel")).isEqualTo("mail");
        }
    }

    @Test
    void theSchemaIsTheContract() throws IOException {
        run(corpus("a.jsonl", tickets()), "out", "");
        String golden = new String(
                AugmentJobTest.class.getResourceAsStream("/augmented.schema").readAllBytes(), StandardCharsets.UTF_8);
        assertThat(table("out", "augmented").schema().treeString()).isEqualToIgnoringWhitespace(golden);
    }

    @Test
    void aFinishedRunIsSkippedAndOtherSettingsAreRefused() throws IOException {
        Path corpus = corpus("a.jsonl", tickets());
        Manifest first = run(corpus, "out", "");
        assertThat(run(corpus, "out", "").seconds()).isEqualTo(first.seconds());
        assertThatThrownBy(() -> run(corpus, "out", "seed = 7"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("--force");
        List<String> before = rows("out");
        AugmentJob.run(spark, settings(corpus, "out", "seed = 7"), true);
        assertThat(rows("out")).isNotEqualTo(before);
    }

    @Test
    void aRunThatWasCutOffIsDoneAgainToTheSameRows() throws IOException {
        Path corpus = corpus("a.jsonl", tickets());
        run(corpus, "whole", "");
        run(corpus, "cut", "");
        Files.delete(folder.resolve("cut/manifest.json"));
        Files.createDirectories(folder.resolve("cut/_staging/augmented"));
        Files.writeString(folder.resolve("cut/_staging/augmented/part-0.parquet"), "half a file");
        run(corpus, "cut", "");
        assertThat(rows("cut")).isEqualTo(rows("whole"));
        assertThat(folder.resolve("cut/_staging")).doesNotExist();
    }

    @Test
    void rowsThatCannotBeUsedAreSetAsideWithThePlaceAndTheReason() throws IOException {
        List<String> lines = new ArrayList<>(tickets());
        lines.add("not JSON");
        lines.add("{\"id\": \"n\", \"text\": null, \"label\": \"a\"}");
        lines.add("{\"id\": \"e\", \"text\": \"  \", \"label\": \"a\"}");
        lines.add("{\"id\": \"t0\", \"text\": \"an id again\", \"label\": \"a\"}");
        lines.add("{\"id\": \"big\", \"text\": \"" + "word ".repeat(2_000_000) + "\", \"label\": \"a\"}");
        Path corpus = corpus("bad.jsonl", lines);
        byte[] broken =
                "{\"id\": \"u\", \"text\": \"caf\u00e9\", \"label\": \"a\"}\n".getBytes(StandardCharsets.ISO_8859_1);
        Files.write(corpus, broken, java.nio.file.StandardOpenOption.APPEND);

        run(corpus, "out", "max-bad-rows = 0.5");
        List<Row> quarantine = table("out", "quarantine").orderBy("offset").collectAsList();
        assertThat(quarantine.stream().map(row -> row.<String>getAs("reason")))
                .containsExactly(
                        "not a JSON object",
                        "no text",
                        "empty text",
                        "id occurs already",
                        "text has 10000000 chars; max-chars is 1000000",
                        "not UTF-8");
        assertThat(quarantine).allMatch(row -> row.<String>getAs("file").endsWith("bad.jsonl"));
        String upTo = Stream.concat(tickets().stream(), Stream.of("")).collect(Collectors.joining("\n"));
        assertThat(quarantine.get(0).<Long>getAs("offset")).isEqualTo(upTo.getBytes(StandardCharsets.UTF_8).length);
        assertThatThrownBy(() -> run(corpus, "strict", ""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("6 of 14 rows can't be used; max-bad-rows allows a share of 0.01");
        assertThat(folder.resolve("strict/augmented")).doesNotExist();
    }

    @Test
    void aTrainingRowWithTheTextOfATestRowIsSetAside() throws IOException {
        Path test = corpus("test.jsonl", List.of(tickets().get(0).replace("t0", "x0")));
        run(corpus("a.jsonl", tickets()), "out", "corpus.test = \"" + test + "\"");
        assertThat(table("out", "quarantine").select("reason").collectAsList().stream()
                        .map(row -> row.getString(0)))
                .containsExactly("same text as a row of test");
        assertThat(table("out", "augmented")
                        .where("id = 'x0' and split = 'test'")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aLabelThatOnlyTheTestPartHasIsSetAside() throws IOException {
        Path test =
                corpus("test.jsonl", List.of("{\"id\": \"x\", \"text\": \"a new thing\", \"label\": \"never seen\"}"));
        run(corpus("a.jsonl", tickets()), "out", "max-bad-rows = 0.5, corpus.test = \"" + test + "\"");
        assertThat(table("out", "quarantine").first().<String>getAs("reason"))
                .isEqualTo("label \"never seen\" is not one of the training rows");
    }

    @Test
    void anEmptyCorpusAMissingFileAndAMissingColumnAreNamed() throws IOException {
        Path empty = corpus("empty.jsonl", List.of());
        assertThatThrownBy(() -> run(empty, "out", ""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("empty");
        Path missing = folder.resolve("nowhere.jsonl");
        assertThatThrownBy(() -> run(missing, "out", ""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("corpus.train: no such file or directory: " + missing);
        Path corpus = corpus("a.jsonl", tickets());
        assertThatThrownBy(() -> run(corpus, "out", "corpus.text = body"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("has no column body; it has channel, id, label, text");
    }

    @Test
    void oneRowAndFiveThousandLabelsPass() throws IOException {
        run(corpus("one.jsonl", tickets().subList(0, 1)), "one", "");
        assertThat(table("one", "augmented").count()).isGreaterThan(1);
        List<String> many = IntStream.range(0, 5000)
                .mapToObj(i -> "{\"id\": \"%d\", \"text\": \"word %d\", \"label\": \"label %d\"}".formatted(i, i, i))
                .toList();
        run(corpus("many.jsonl", many), "many", "augment.operators = [{ operator = random-swap }]");
        assertThat(table("many", "augmented").select("label").distinct().count())
                .isEqualTo(5000);
    }

    @Test
    void anOutputDirectoryThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("a-file"), "no directory");
        assertThatThrownBy(() -> run(corpus("a.jsonl", tickets()), "a-file/below", ""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("out must name a directory that is writable");
    }

    @Test
    void csvParquetAndTextAreReadToTheSameTexts() throws IOException {
        Path csv = corpus("a.csv", List.of("id,text,label", "c1,\"two\nlines, and a comma\",a", "c2,second text,b"));
        run(csv, "csv", "corpus.format = csv");
        assertThat(texts("csv")).containsExactlyInAnyOrder("two\nlines, and a comma", "second text");
        assertThatThrownBy(() -> run(folder.resolve("csv/augmented"), "parquet", "corpus.format = parquet"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("has a column augmentation, so it is augmented already");
        table("csv", "augmented")
                .where("augmentation is null")
                .drop("augmentation")
                .write()
                .parquet(folder.resolve("originals").toString());
        run(folder.resolve("originals"), "parquet", "corpus { format = parquet, split = split }");
        assertThat(rows("parquet")).isEqualTo(rows("csv"));
        Path text = corpus("a.txt", List.of("first document", "second document"));
        AugmentJob.run(
                spark,
                Settings.parse(
                        "name = t, out = \"" + folder.resolve("text") + "\"\n" + OPERATORS
                                + "corpus { format = text, train = \"" + text + "\", shares { test = 0 } }",
                        AugmentSettings::read),
                false);
        assertThat(texts("text")).containsExactlyInAnyOrder("first document", "second document");
    }

    private List<String> texts(String out) {
        return table(out, "augmented").where("augmentation is null").select("text").collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
    }

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
    void tokenLabelsFollowTheEdits() throws IOException {
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
        List<Row> rows = table("out", "augmented").collectAsList();
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
        assertThat(table("out", "quarantine").first().<String>getAs("reason"))
                .contains("\"broken\" has no BIO label in its last column");
    }

    @Test
    void aSpanOutsideOfItsTextIsSetAside() throws IOException {
        List<String> lines = List.of(
                "{\"id\": \"a\", \"text\": \"the new parcel\", \"spans\": [{\"start\": 8, \"end\": 14, \"label\": \"X\"}]}",
                "{\"id\": \"b\", \"text\": \"short\", \"spans\": [{\"start\": 2, \"end\": 9, \"label\": \"X\"}]}");
        run(
                corpus("spans.jsonl", lines),
                "out",
                "max-bad-rows = 1, corpus { spans = spans, label = null }, augment.operators = [{ operator = random-swap }]");
        assertThat(table("out", "quarantine").select("reason").first().getString(0))
                .isEqualTo("a span lies outside of the text or has no label");
    }

    @Test
    void nearDuplicatesAndOverlapWithTheTestRowsAreDropped() throws IOException {
        String leaked = "My parcel has not arrived and nobody answers the telephone of your shop in the city today.";
        List<String> lines = new ArrayList<>(tickets());
        lines.add("{\"id\": \"leak\", \"text\": \"Well. " + leaked + " Help!\", \"label\": \"a\"}");
        Path test = corpus("test.jsonl", List.of("{\"id\": \"x\", \"text\": \"" + leaked + "\", \"label\": \"a\"}"));
        Manifest manifest = run(
                corpus("a.jsonl", lines),
                "out",
                "corpus.test = \"" + test
                        + "\"\naugment { operators = [{ operator = character-swap, alpha = 0.05, copies = 3 }]"
                        + "\nfilters { similarity { min = -1 }, near-duplicates { max = 0.8 }, decontamination { } } }");
        Map<String, Long> dropped =
                manifest.operators().values().iterator().next().dropped();
        assertThat(dropped).containsKeys("near-duplicate", "contaminated");
        assertThat(table("out", "rejected").where("id = 'leak'").collectAsList())
                .singleElement()
                .satisfies(row -> assertThat(row.<String>getAs("reason")).isEqualTo("contaminated"));
        assertThat(table("out", "augmented").where("id like 'leak%'").count()).isZero();
        assertThat(table("out", "augmented").where("id = 'x'").count()).isEqualTo(1);
    }

    @Test
    void otherThresholdsGiveWhatTheyWouldHaveGivenAtOnce() throws IOException {
        Path corpus = corpus("a.jsonl", tickets());
        run(corpus, "loose", "augment.filters { similarity { min = 0.2 }, length-ratio { min = 0.1 } }");
        run(corpus, "filtered", "augment.filters { similarity { min = 0.9 }, length-ratio { min = 0.97 } }");
        List<Row> strict = idsAndTexts("filtered");
        assertThatThrownBy(() -> run(corpus, "filtered", "augment.filters { similarity { min = 0.2 } }"))
                .hasMessageContaining("Only the filters differ");
        AugmentSettings loose = settings(
                corpus, "filtered", "augment.filters { similarity { min = 0.2 }, length-ratio { min = 0.1 } }");
        FilterJob.run(spark, loose);
        // A score that is computed later has other neighbours in its batch, and may differ in the last digit.
        assertThat(idsAndTexts("filtered")).isEqualTo(idsAndTexts("loose")).isNotEqualTo(strict);
        FilterJob.run(
                spark,
                settings(
                        corpus,
                        "filtered",
                        "augment.filters { similarity { min = 0.9 }, length-ratio { min = 0.97 } }"));
        assertThat(idsAndTexts("filtered")).isEqualTo(strict);
        assertThatThrownBy(() -> FilterJob.run(spark, settings(corpus, "filtered", "seed = 5")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("Only augment.filters may differ");
        assertThatThrownBy(() -> FilterJob.run(spark, settings(corpus, "nowhere", "")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("holds no finished run");
    }

    /** What is told of the copies is true of the table. */
    private void assertSurveyed(String out) throws IOException {
        Survey survey = Survey.read(new RunDirectory(folder.resolve(out))).orElseThrow();
        List<Row> rows = table(out, "augmented").collectAsList();
        Map<String, String> originals = new HashMap<>();
        Map<String, List<Row>> copies = new HashMap<>();
        for (Row row : rows) {
            Row augmentation = row.getAs("augmentation");
            if (augmentation == null) {
                originals.put(row.getAs("id"), row.getAs("text"));
            } else {
                copies.computeIfAbsent(augmentation.getAs("operator"), any -> new ArrayList<>())
                        .add(row);
            }
        }
        assertThat(survey.operators().stream().map(Survey.Kept::operator))
                .containsExactly("synonym-replacement", "random-swap", "random-deletion", "keyboard-typos");
        assertSimilar(figures(survey.originals()), Diversity.of(List.copyOf(originals.values())));
        for (Survey.Kept kept : survey.operators()) {
            List<Row> own = copies.getOrDefault(kept.operator(), List.of());
            List<Row> augmentations =
                    own.stream().map(row -> row.<Row>getAs("augmentation")).toList();
            long[] bins = new long[Survey.BINS];
            augmentations.forEach(row -> bins[(int) Math.min(9, 10 * row.<Double>getAs("intensity"))]++);
            assertThat(kept.copies()).isEqualTo(own.size());
            assertThat(kept.intensity()).isEqualTo(LongStream.of(bins).boxed().toList());
            if (own.isEmpty()) {
                assertThat(kept.similarity()).isNull();
                assertThat(kept.diversity()).isNull();
                continue;
            }
            assertThat(kept.similarity())
                    .isCloseTo(
                            augmentations.stream()
                                    .map(row -> row.<String, Double>getMap(row.fieldIndex("scores"))
                                            .apply("similarity"))
                                    .mapToDouble(Double::doubleValue)
                                    .average()
                                    .orElseThrow(),
                            within(1e-4));
            assertSimilar(
                    figures(kept.diversity()),
                    Diversity.of(
                            own.stream().map(row -> row.<String>getAs("text")).toList()));
        }
        Set<String> kept = rows.stream().map(row -> row.<String>getAs("text")).collect(Collectors.toSet());
        assertThat(survey.samples())
                .hasSize((int) Math.min(Survey.SAMPLES, rows.size() - originals.size()))
                .allSatisfy(sample -> {
                    assertThat(sample.text()).isEqualTo(originals.get(sample.source()));
                    assertThat(Edit.apply(sample.text(), sample.edits())).isIn(kept);
                    assertThat(sample.label()).isIn("a", "b");
                });
        assertThat(Files.readString(folder.resolve(out).resolve(Report.FILE)))
                .contains(
                        "keyboard-typos",
                        Double.toString(figures(survey.originals()).distinct1()));
    }

    private static Diversity figures(@Nullable Diversity diversity) {
        return requireNonNull(diversity, "no row was looked at");
    }

    /** Means may differ in the last digit, for the rows are in another order. */
    private static void assertSimilar(Diversity actual, Diversity expected) {
        assertThat(actual)
                .usingRecursiveComparison()
                .withComparatorForType(new DoubleComparator(1e-9), Double.class)
                .isEqualTo(expected);
    }

    @Test
    void theReportAgreesWithTheTableAfterAugmentAndAfterFilter() throws IOException {
        Path corpus = corpus("a.jsonl", tickets());
        run(corpus, "out", "");
        assertSurveyed("out");
        String before = Files.readString(folder.resolve("out/survey.json"));

        run(
                corpus(
                        "b.jsonl",
                        IntStream.range(0, 8)
                                .mapToObj(i -> tickets().get(7 - i))
                                .toList()),
                "other",
                "augment.partitions = 3");
        assertThat(folder.resolve("other/survey.json")).hasContent(before);

        Manifest strict = FilterJob.run(spark, settings(corpus, "out", "augment.filters { similarity { min = 0.8 } }"));
        assertThat(strict.operators().values().stream().map(Counts::kept))
                .as("an operator that kept none is told of, too")
                .contains(0L);
        assertSurveyed("out");
        assertThat(Files.readString(folder.resolve("out/survey.json"))).isNotEqualTo(before);
    }

    @Test
    void ofManyRowsTwoHundredAreLookedAtAndOfAnUnlabelledCorpusTooThereIsAReport() throws IOException {
        String loosely = "corpus.label = null, augment { filters { similarity { min = -1 } },"
                + " operators = [{ operator = random-swap, copies = 2 }, { operator = zero-width, alpha = 1 }] }";
        List<String> many = IntStream.range(0, 3000)
                .mapToObj(i -> "{\"id\": \"%d\", \"text\": \"the number %d of %d has come %s\"}"
                        .formatted(i, i, i % 7, i == 5 ? "very ".repeat(1000) + "late" : "in time"))
                .toList();
        run(corpus("many.jsonl", many), "out", loosely);

        Survey survey = Survey.read(new RunDirectory(folder.resolve("out"))).orElseThrow();
        assertThat(figures(survey.originals()).texts()).isEqualTo(Survey.TEXTS);
        assertThat(survey.operators()).allSatisfy(kept -> {
            assertThat(kept.copies()).isGreaterThan(2000);
            assertThat(kept.similarity()).isNull();
            assertThat(figures(kept.diversity()).texts()).isEqualTo(Survey.TEXTS);
        });
        assertThat(figures(survey.operators().get(0).diversity()).selfBleu())
                .as("two copies of a text stand beside each other")
                .isGreaterThan(figures(survey.originals()).selfBleu());
        assertThat(survey.samples())
                .hasSize(Survey.SAMPLES)
                .allSatisfy(sample -> assertThat(sample.label()).isNull());
        assertThat(folder.resolve("out").resolve(Report.FILE)).exists();
    }

    @Test
    void manyOperatorsComposedAndCountedGiveTheSameRowsFromOneAndSevenPartitions() throws IOException {
        String operators = """
                augment {
                  operators = [
                    { operator = sequence, name = noisy, copies = 2, steps = [
                        { operator = tf-idf-replacement, copies = 2 }, { operator = ocr-errors } ] }
                    { operator = one-of, choices = [
                        { operator = word-split }, { operator = sometimes, step { operator = random-swap } } ] }
                    { operator = tf-idf-insertion }
                    { operator = sentence-shuffle }
                    { operator = contraction }
                  ]
                  filters { similarity { min = -1 }, near-duplicates { max = 0.95 } }
                  partitions = %d
                }
                """;
        Manifest one = run(corpus("a.jsonl", tickets()), "one", operators.formatted(1));
        run(corpus("b.jsonl", tickets()), "seven", operators.formatted(7));
        assertThat(rows("seven")).isEqualTo(rows("one"));
        assertThat(one.operators())
                .hasEntrySatisfying(
                        "noisy", counts -> assertThat(counts.copies()).isEqualTo(4));
        assertThat(one.operators()).containsKeys("one-of", "tf-idf-insertion", "sentence-shuffle", "contraction");
    }

    @Test
    void anOperatorThatKeepsFewCopiesHasItsSamples() throws IOException {
        List<String> lines = IntStream.range(0, 2000)
                .mapToObj(i -> "{\"id\": \"t%d\", \"text\": \"%s number %d\", \"label\": \"a\"}"
                        .formatted(i, i % 400 == 7 ? "I do not see" : "We saw", i))
                .toList();
        run(
                corpus("a.jsonl", lines),
                "out",
                "augment { operators = [{ operator = contraction }], filters { similarity { min = -1 } } }");
        Survey survey = Survey.read(new RunDirectory(folder.resolve("out"))).orElseThrow();
        assertThat(survey.samples())
                .hasSize(5)
                .allSatisfy(sample -> assertThat(sample.text()).startsWith("I do not see"));
    }
}
