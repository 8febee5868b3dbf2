// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.cluster.DeviceChoice;
import dev.graft.cluster.GpuStage;
import dev.graft.config.Settings;
import dev.graft.jobs.OnLocalSpark;
import dev.graft.jobs.train.PlannedTraining;
import dev.graft.report.Survey;
import dev.graft.run.Counts;
import dev.graft.run.Manifest;
import dev.graft.run.Provenance;
import dev.graft.run.RunDirectory;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Place;
import dev.graft.train.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Encoders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels and numbers that follow from words: what tunes nothing finds them. */
class TuneBaselinesTest extends OnLocalSpark {
    private static final List<String> ISSUES = List.of("the money is not back yet", "my password is wrong");
    private static final List<String> NAMES = List.of("refund", "login");
    private static final List<String> ENDS = List.of("please help", "what now", "thank you", "third time", "Anna");

    @TempDir
    private Path folder;

    /** Rows of a part: issues by the bits of a number from 0 to 3, and what is learnt of them. */
    private void write(String part, int rows, boolean numbers, long seed) throws IOException {
        Random random = new Random(seed);
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            List<String> said = new ArrayList<>();
            List<String> labels = new ArrayList<>(List.of("\"ticket\""));
            int number = 0;
            for (int i = 0; i < ISSUES.size(); i++) {
                if ((row >> i & 1) == 1) {
                    said.add(ISSUES.get(i));
                    labels.add("\"" + NAMES.get(i) + "\"");
                    number += 10 * (i + 1);
                }
            }
            said.add(ENDS.get(random.nextInt(ENDS.size())));
            lines.add("{\"text\": \"%s\", \"label\": %s}"
                    .formatted(String.join(", ", said), numbers ? String.valueOf(number) : labels));
        }
        Files.write(folder.resolve(part + ".jsonl"), lines);
    }

    private TuneSettings settings(boolean numbers, String more) throws IOException {
        return settings(numbers, more, "corpus");
    }

    private TuneSettings settings(boolean numbers, String more, String data) throws IOException {
        write("train", 48, numbers, 1);
        write("validation", 16, numbers, 2);
        write("test", 24, numbers, 3);
        return Settings.parse(
                """
                name = cheap, out = "%1$s/run"
                corpus { train = "%1$s/train.jsonl", validation = "%1$s/validation.jsonl", test = "%1$s/test.jsonl", label = label }
                stages = [
                  { name = grow, kind = augment, operators = [ { operator = random-swap } ] }
                  { name = tune, kind = train, data = %4$s, max-steps = 1, max-length = 64, objective.kind = %2$s }
                ]
                compare { seeds = [1, 2], tests = [test, { test-with = keyboard-typos, alpha = 0.1 }], %3$s }
                """.formatted(folder, numbers ? "regress" : "multi-label", more, data),
                root -> PlannedTraining.tuned(root, Optional.empty()));
    }

    private List<TuneTask.Result> results(TuneSettings settings, int most) throws IOException {
        GpuStage stage = new GpuStage(
                JavaSparkContext.fromSparkContext(spark.sparkContext()), DeviceChoice.CPU, Duration.ofMinutes(5));
        Place table = new Place(new LocalStorage(), folder.resolve("tokens").toString());
        return new TuneBaselines(spark, stage, settings, TokenTable.of(spark, settings, table), most).results();
    }

    private static Figures on(TuneTask.Result result, String test) {
        return requireNonNull(result.after().get(test));
    }

    private static double figure(Figures figures, String name) {
        return requireNonNull(figures.others().get(name));
    }

    /** Of a label that all training rows have, nothing can be fitted. */
    @Test
    void labelsThatFollowFromWordsAreFound() throws IOException {
        List<TuneTask.Result> results = results(settings(false, "arms = [tf-idf, frozen-probe, originals]"), 1000);

        assertThat(results)
                .extracting(TuneTask.Result::arm)
                .containsExactly("tf-idf", "tf-idf", "frozen-probe", "frozen-probe");
        assertThat(results).extracting(TuneTask.Result::seed).containsExactly(1L, 2L, 1L, 2L);
        assertThat(results).extracting(TuneTask.Result::rows).containsOnly(48);
        for (TuneTask.Result result : results) {
            assertThat(result.after().keySet()).containsExactly("test", "typos");
            assertThat(on(result, "test").others()).containsOnlyKeys("micro-f1", "macro-f1", "exact-match");
            assertThat(figure(on(result, "test"), "macro-f1")).as(result.arm()).isGreaterThan(0.95);
            assertThat(on(result, "test").loss())
                    .as("half the entropy of two fair coins and a sure thing")
                    .isLessThan(2 / 3.0 * Math.log(2) / 2);
        }
        assertThat(on(results.get(0), "typos").loss())
                .isGreaterThan(on(results.get(0), "test").loss());
    }

    @Test
    void theNumberOfATextIsFoundAndOfManyRowsSomeAreDrawn() throws IOException {
        TuneSettings settings = settings(true, "arms = [tf-idf, frozen-probe, originals]");

        for (TuneTask.Result result : results(settings, 1000)) {
            assertThat(figure(on(result, "test"), "mse"))
                    .as("of the mean, 125; %s", result.arm())
                    .isLessThan(12)
                    .isEqualTo(on(result, "test").loss());
            assertThat(figure(on(result, "test"), "spearman")).isGreaterThan(0.9);
        }
        TuneSettings words = settings(true, "arms = [tf-idf, originals]");
        List<TuneTask.Result> drawn = results(words, 10);
        assertThat(drawn).extracting(TuneTask.Result::rows).containsOnly(10);
    }

    /** What an augmentation leaves: each training row has a copy. */
    private void augment() throws IOException {
        List<String> rows = new ArrayList<>();
        for (String part : List.of("train", "validation", "test")) {
            for (String line : Files.readAllLines(folder.resolve(part + ".jsonl"))) {
                String row = line.replaceFirst("\\{", "{\"id\": \"%s\", \"split\": \"%s\", \"augmentation\": %s, ");
                String id = part + rows.size();
                rows.add(row.formatted(id, part, "null"));
                if (part.equals("train")) {
                    rows.add(row.formatted(id + "#0", part, "{\"source_id\": \"" + id + "\"}"));
                }
            }
        }
        Path grow = folder.resolve("run/grow");
        spark.read()
                .json(spark.createDataset(rows, Encoders.STRING()))
                .write()
                .parquet(grow.resolve("augmented").toString());
        Place place = new Place(new LocalStorage(), grow.toString());
        RunDirectory directory = new RunDirectory(place.storage(), place.path());
        RunDirectory.write(
                place.at(RunDirectory.MANIFEST),
                new Manifest(
                        new Provenance(new TreeMap<>(), new TreeMap<>()),
                        Map.of(),
                        42,
                        Map.of(),
                        Map.of("train", 48L),
                        Map.of(
                                "augmented",
                                RunDirectory.extent(directory.place("augmented"))
                                        .orElseThrow()),
                        Map.of("random-swap", new Counts(48, 48, 48, Map.of(), 0, 0)),
                        Map.of(),
                        List.of()));
        new Survey(
                        null,
                        List.of(new Survey.Kept(
                                "random-swap", 48, List.of(0L, 48L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L), 0.9, null)),
                        List.of(),
                        List.of())
                .write(place);
    }

    /** One step of training is far from what the words tell. */
    @Test
    void theyStandInTheFiguresTheConclusionsAndTheReport() throws IOException {
        TuneSettings settings = settings(true, "", "grow");
        augment();
        TuneJob.run(spark, settings, false);

        JsonNode metrics = new ObjectMapper()
                .readTree(folder.resolve("run/tune/metrics.json").toFile());
        assertThat(metrics.at("/results").findValuesAsText("arm"))
                .startsWith("tf-idf", "tf-idf", "frozen-probe", "frozen-probe", "originals")
                .hasSize(10);
        assertThat(metrics.at("/results/0/rows").asInt()).as("without copies").isEqualTo(48);
        assertThat(metrics.at("/exported/arm").asText()).isEqualTo("augmented");
        assertThat(metrics.at("/exported/rows").asInt()).isEqualTo(96);
        assertThat(metrics.at("/conclusions").toString())
                .contains("Against originals-equal-steps, augmentation changes the mse on test by ")
                .containsPattern(
                        "Against the frozen probe, tuning \\(originals-equal-steps\\) changes the mse on test by \\+[^:]+: it harms");
        assertThat(folder.resolve("run/tune/training/frozen-probe/2/metrics.json"))
                .exists();
        assertThat(Files.readString(folder.resolve("run/tune/report.html")))
                .contains("“augmented” falls behind “frozen probe” by ", " of mse on test (")
                .contains("\"TF-IDF\"", "\"spearman\"", "\"test with typos\"", "\"curves\":[{\"arm\":\"originals\"")
                .contains("1 operator made 48 kept copies of 48 asked for", "\"kept\":[{\"operator\":\"random-swap\"");
    }
}
