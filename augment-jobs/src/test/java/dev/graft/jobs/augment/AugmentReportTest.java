// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.augment.Edit;
import dev.graft.report.Diversity;
import dev.graft.report.Report;
import dev.graft.report.Survey;
import dev.graft.run.Counts;
import dev.graft.run.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.sql.Row;
import org.assertj.core.util.DoubleComparator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AugmentReportTest extends OnSpark {
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

    /** What is told of the copies is true of the table. */
    private void assertSurveyed(String out) throws IOException {
        Survey survey = Survey.read(runs.directory(out)).orElseThrow();
        List<Row> rows = runs.table(out, "augmented").collectAsList();
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
                .filteredOn(sample -> sample.reason().isEmpty())
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

    @Test
    void theReportAgreesWithTheTableAfterAugmentAndAfterFilter() throws IOException {
        Path corpus = runs.corpus("a.jsonl", Runs.tickets());
        runs.run(corpus, "out", "");
        assertSurveyed("out");
        String before = Files.readString(folder.resolve("out/survey.json"));

        runs.run(
                runs.corpus(
                        "b.jsonl",
                        IntStream.range(0, 8)
                                .mapToObj(i -> Runs.tickets().get(7 - i))
                                .toList()),
                "other",
                "augment.partitions = 3");
        assertThat(folder.resolve("other/survey.json")).hasContent(before);

        Manifest strict =
                FilterJob.run(spark, runs.settings(corpus, "out", "augment.filters { similarity { min = 0.9999 } }"));
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
        runs.run(runs.corpus("many.jsonl", many), "out", loosely);

        Survey survey = Survey.read(runs.directory("out")).orElseThrow();
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
                .filteredOn(sample -> sample.reason().isEmpty())
                .hasSize(Survey.SAMPLES)
                .allSatisfy(sample -> assertThat(sample.label()).isNull());
        assertThat(folder.resolve("out").resolve(Report.FILE)).exists();
    }

    @Test
    void droppedCopiesAreShownWithTheirReason() throws IOException {
        runs.run(
                runs.corpus("a.jsonl", Runs.tickets()),
                "out",
                "augment { operators = [{ operator = random-swap }, { operator = word-split }]"
                        + ", filters { similarity { min = -1 }, edit-distance { max = 0.03 } } }");
        Survey survey = Survey.read(runs.directory("out")).orElseThrow();
        assertThat(survey.samples())
                .filteredOn(sample -> sample.reason().equals("dropped: edit-distance-high"))
                .isNotEmpty()
                .allSatisfy(sample ->
                        assertThat(sample.scores().get("edit-distance")).isGreaterThan(0.03));
        assertThat(Files.readString(folder.resolve("out").resolve(Report.FILE)))
                .contains("dropped: edit-distance-high");
    }

    @Test
    void anOperatorThatKeepsFewCopiesHasItsSamples() throws IOException {
        List<String> lines = IntStream.range(0, 2000)
                .mapToObj(i -> "{\"id\": \"t%d\", \"text\": \"%s number %d\", \"label\": \"a\"}"
                        .formatted(i, i % 400 == 7 ? "I do not see" : "We saw", i))
                .toList();
        runs.run(
                runs.corpus("a.jsonl", lines),
                "out",
                "augment { operators = [{ operator = contraction }], filters { similarity { min = -1 } } }");
        Survey survey = Survey.read(runs.directory("out")).orElseThrow();
        assertThat(survey.samples())
                .filteredOn(sample -> sample.reason().isEmpty())
                .hasSize(5)
                .allSatisfy(sample -> assertThat(sample.text()).startsWith("I do not see"));
    }
}
