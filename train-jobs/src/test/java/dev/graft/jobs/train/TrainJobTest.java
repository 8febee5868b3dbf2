// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.adapt.AdapterFolder;
import dev.graft.config.Settings;
import dev.graft.corpus.InputException;
import dev.graft.jobs.OnLocalSpark;
import dev.graft.jobs.tune.TestNoise;
import dev.graft.report.Diversity;
import dev.graft.report.Survey;
import dev.graft.run.Counts;
import dev.graft.run.Manifest;
import dev.graft.run.Provenance;
import dev.graft.run.Recipe;
import dev.graft.run.RunDirectory;
import dev.graft.run.Stages;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Place;
import dev.graft.train.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainJobTest extends OnLocalSpark {
    private static final String TESTS = ", compare.tests = [test, { test-with = keyboard-typos, alpha = 0.1 },"
            + " { name = lost-words, test-with = random-deletion, alpha = 0.9 }]";

    @TempDir
    private Path folder;

    /** Rows as the augmentation writes them. */
    private void augmented(Path out) throws IOException {
        augmented(out, 0);
    }

    /** All of the rows without a label but the first have a copy. */
    private void augmented(Path out, int unlabelled) throws IOException {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String kind = i % 2 == 0 ? "refund" : "login";
            String text = i % 2 == 0 ? "I want my money back, case " + i : "the password does not work, case " + i;
            String split = i < 8 ? "train" : "test";
            rows.add("named_struct('id', 'r%d', 'text', '%s', 'label', '%s', 'split', '%s', 'augmentation', null)"
                    .formatted(i, text, kind, split));
            if (i < 8) {
                rows.add(
                        ("named_struct('id', 'r%1$d#random-swap-0', 'text', '%2$s really', 'label', '%3$s', 'split', 'train',"
                                        + " 'augmentation', named_struct('source_id', 'r%1$d', 'operator', 'random-swap', 'copy', 0,"
                                        + " 'seed', 1L, 'edits', array(named_struct('start', %4$d, 'end', %4$d, 'replacement',"
                                        + " ' really')), 'intensity', 0.1D, 'scores', map('similarity', 0.9D)))")
                                .formatted(i, text, kind, text.length()));
            }
        }
        for (int i = 0; i < unlabelled; i++) {
            String text = (i % 2 == 0 ? "please pay it back, number " : "no password works, number ") + i;
            rows.add("named_struct('id', 'u%d', 'text', '%s', 'label', null, 'split', 'train', 'augmentation', null)"
                    .formatted(i, text));
            if (i > 0) {
                rows.add(
                        ("named_struct('id', 'u%1$d#random-swap-0', 'text', '%2$s really', 'label', null, 'split', 'train',"
                                        + " 'augmentation', named_struct('source_id', 'u%1$d', 'operator', 'random-swap', 'copy', 0,"
                                        + " 'seed', 1L, 'edits', array(named_struct('start', %3$d, 'end', %3$d, 'replacement',"
                                        + " ' really')), 'intensity', 0.1D, 'scores', map('similarity', 0.9D)))")
                                .formatted(i, text, text.length()));
            }
        }
        augmented(out, spark.sql("select inline(array(" + String.join(", ", rows) + "))"));
    }

    private static void augmented(Path run, Dataset<Row> rows) throws IOException {
        Path out = run.resolve("grow");
        rows.write().parquet(out.resolve("augmented").toString());
        RunDirectory grown = run(out);
        RunDirectory.write(
                out.resolve(RunDirectory.MANIFEST),
                new Manifest(
                        new Provenance(new TreeMap<>(), new TreeMap<>()),
                        Map.of(),
                        42,
                        Map.of(),
                        Map.of("train", 8L),
                        Map.of(
                                "augmented",
                                RunDirectory.extent(grown.place("augmented")).orElseThrow()),
                        Map.of("random-swap", new Counts(8, 8, 8, Map.of(), 0, 0)),
                        Map.of(),
                        List.of()));
        new Survey(
                        Diversity.of(List.of("I want my money back")),
                        List.of(new Survey.Kept(
                                "random-swap",
                                8,
                                List.of(0L, 8L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L),
                                0.9,
                                Diversity.of(List.of("I want my money back really")))),
                        List.of(),
                        List.of())
                .write(new Place(grown.storage(), grown.root()));
    }

    private static RunDirectory run(Path out) {
        return new RunDirectory(new LocalStorage(), out.toString());
    }

    private TrainPlan plan(Path out, String more) {
        return plan(out, more, "");
    }

    private TrainPlan plan(Path out, String more, String compare) {
        return Settings.parse(
                "name = t, out = \"" + out + "\", corpus { train = unused, label = label }\n"
                        + "stages = [{ name = grow, kind = augment }, { name = tune, kind = train, data = grow\n"
                        + "batch-size = 4, epochs = 4, learning-rate = 0.003, max-length = 16\n"
                        + more + "}], compare.seeds = [1, 2]" + compare,
                root -> TrainPlan.read(root, Optional.empty()));
    }

    @Test
    void theRowsThatTheOtherJobWroteAreRead() throws IOException {
        Path out = folder.resolve("contract");
        Path golden = Path.of("..", "augment-jobs", "src", "test", "resources", "golden");
        Dataset<Row> rows =
                spark.read().parquet(golden.resolve("augmented.parquet").toString());
        augmented(out, rows);

        CorpusTable table = CorpusTable.of(
                spark,
                plan(out, "").data(),
                List.of(TestNoise.typos(0.1)),
                new Place(new LocalStorage(), out + "/rows"));
        CorpusTable.Opened opened = table.open();
        Corpus corpus = opened.corpus();

        assertThat(corpus.labels()).containsExactly("a", "b");
        assertThat(corpus.originals()).hasSize(8);
        assertThat(corpus.augmented()).hasSize((int) rows.count() - 2).hasSizeGreaterThan(100);
        assertThat(corpus.test())
                .extracting(Example::text)
                .containsExactlyInAnyOrder("Where is my invoice?", "It won't open.");
        opened.close();
    }

    @Test
    void aTableThatIsDamagedLeavesNoFileOpen() throws IOException {
        Path out = folder.resolve("damaged");
        augmented(out);
        CorpusTable table = CorpusTable.of(spark, plan(out, ""), new Place(new LocalStorage(), out + "/rows"));
        try (CorpusTable.Opened opened = table.open()) {
            assertThat(openRows()).isGreaterThan(0);
        }
        assertThat(openRows()).isZero();
        try (Stream<Path> files = Files.walk(out.resolve("rows"))) {
            for (Path file : files.filter(each -> each.toString().matches(".*=test/.*parquet"))
                    .toList()) {
                Files.writeString(file, "no Parquet");
            }
        }
        assertThatThrownBy(table::open).hasMessageContaining("Parquet");
        assertThat(openRows()).isZero();
    }

    /** Files of rows that this process holds open. */
    private static long openRows() throws IOException {
        long open = 0;
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : descriptors.toList()) {
                open += Files.isSymbolicLink(each)
                                && Files.readSymbolicLink(each).toString().contains("graft-rows")
                        ? 1
                        : 0;
            }
        }
        return open;
    }

    @Test
    void aTrainingGoesOnFromWhatWasLearntOfTasks() throws IOException {
        Path out = folder.resolve("meta");
        augmented(out);
        String conf = """
                name = t, out = "%s", corpus { train = unused, label = label }
                stages = [
                  { name = grow, kind = augment }
                  { name = learn, kind = meta-learn, data = grow, max-length = 16
                    tasks { ways = 2, shots = 1 }, algorithm { steps = 2, tasks = 1, inner-steps = 1 } }
                  { name = tune, kind = train, data = grow, from = learn, batch-size = 4, epochs = 1, max-length = 16 }
                ]
                compare { arms = [originals, { name = from-scratch, from = model }], seeds = [1] }
                """.formatted(out);
        List<PlannedTraining> planned = Settings.parse(conf, root -> {
            Recipe run = Recipe.read(root);
            Stages stages = Stages.read(root);
            stages.all().get(0).settings().leave();
            return stages.all().stream()
                    .skip(1)
                    .map(stage -> PlannedTraining.read(root, run, stages, stage))
                    .toList();
        });
        assertThatThrownBy(() -> planned.get(1).run(spark, false))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("the stage that from names is not done");
        for (PlannedTraining stage : planned) {
            stage.run(spark, false);
        }
        assertThat(run(out.resolve("learn"))
                        .read("metrics.json", JsonNode.class)
                        .orElseThrow()
                        .at("/losses"))
                .hasSize(2);
        assertThat(AdapterFolder.read(out.resolve("learn/adapter"), List.of()).labels())
                .containsExactly("class 1", "class 2");
        Object modified = Files.getLastModifiedTime(out.resolve("learn/metrics.json"));
        planned.get(0).run(spark, false);
        assertThat(Files.getLastModifiedTime(out.resolve("learn/metrics.json"))).isEqualTo(modified);
        assertThat(run(out.resolve("tune"))
                        .read("metrics.json", JsonNode.class)
                        .orElseThrow()
                        .at("/settings")
                        .asText())
                .contains("; from ");
        assertThat(out.resolve("tune/training/from-scratch/1/adapter/adapter_model.safetensors"))
                .as("the same seed and other weights")
                .exists();
        assertThat(Files.readString(out.resolve("tune/report.html"))).contains("from-scratch");
    }

    @Test
    void rowsWithoutALabelHaveArmsOfTheirOwn() throws IOException {
        Path out = folder.resolve("unlabelled");
        augmented(out, 4);
        Path tuned = out.resolve("tune");
        TrainPlan plan = plan(
                out,
                "epochs = 1, objective { consistency { ratio = 1 }, self-training { confidence = 0, per-class = 1 } }",
                ", compare.arms = [originals, consistent, self-trained], compare.seeds = [1]");
        CorpusTable.Opened opened = CorpusTable.of(spark, plan, new Place(new LocalStorage(), out + "/rows"))
                .open();
        Corpus corpus = opened.corpus();
        assertThat(corpus.originals()).hasSize(8);
        assertThat(corpus.augmented()).hasSize(16);
        assertThat(corpus.unlabelled()).extracting(row -> row.copies().size()).containsExactly(0, 1, 1, 1);
        assertThat(corpus.unlabelled())
                .allSatisfy(row -> assertThat(row.copies()).allMatch(copy -> copy.equals(row.text() + " really")));
        opened.close();
        TrainJob.run(spark, plan, false);

        JsonNode arms =
                run(tuned).read("metrics.json", JsonNode.class).orElseThrow().at("/arms");
        assertThat(arms.at("/consistent/steps").asInt()).isEqualTo(4);
        assertThat(arms.at("/self-trained/steps").asInt()).isEqualTo(4);
        assertThat(run(tuned)
                        .read("training/self-trained/1/metrics.json", JsonNode.class)
                        .orElseThrow()
                        .at("/notes/0")
                        .asText())
                .contains("of 4 rows joined, with a confidence of at least 0.000", "refund 1");
        assertThat(Files.readString(tuned.resolve("report.html")))
                .contains("self-training, seed 1", "of 4 rows joined", "consistency training");

        Path none = folder.resolve("labelled");
        augmented(none);
        assertThatThrownBy(() -> TrainJob.run(spark, plan(none, "objective.consistency {}"), false))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("0 training rows have no label");
    }

    @Test
    void armsAndSeedsAreTrainedComparedAndExported() throws IOException {
        Path out = folder.resolve("run");
        augmented(out);
        Path tuned = out.resolve("tune");
        TrainJob.run(spark, plan(out, "", TESTS), false);

        JsonNode arms =
                run(tuned).read("metrics.json", JsonNode.class).orElseThrow().at("/arms");
        assertThat(arms.at("/originals/steps").asInt()).isEqualTo(8);
        assertThat(arms.at("/originals-equal-steps/steps").asInt()).isEqualTo(16);
        assertThat(arms.at("/augmented/steps").asInt()).isEqualTo(16);
        assertThat(arms.at("/augmented/seeds").toString()).isEqualTo("[1,2]");
        assertThat(arms.at("/frozen-probe/accuracy/mean").asDouble()).isEqualTo(1);
        assertThat(arms.at("/tf-idf/seeds").toString()).isEqualTo("[]");
        assertThat(arms.at("/augmented").properties())
                .as("each test has figures of its own")
                .extracting(Map.Entry::getKey)
                .contains(
                        "accuracy",
                        "macro-F1",
                        "accuracy, typos",
                        "macro-F1, typos",
                        "accuracy, lost-words",
                        "macro-F1, lost-words");
        for (String arm : List.of("originals", "originals-equal-steps", "augmented")) {
            for (String seed : List.of("1", "2")) {
                assertThat(tuned.resolve("training")
                                .resolve(arm)
                                .resolve(seed)
                                .resolve("adapter/adapter_model.safetensors"))
                        .exists();
            }
        }
        assertThat(Files.readAllBytes(tuned.resolve("adapter/adapter_model.safetensors")))
                .isEqualTo(Files.readAllBytes(tuned.resolve("training/augmented/1/adapter/adapter_model.safetensors")));
        assertThat(Files.readString(tuned.resolve("report.html")))
                .contains(
                        "frozen probe",
                        "originals, equal steps",
                        "\"test with typos\"",
                        "\"test with lost-words\"",
                        "\"operator\":\"random-swap\",\"copies\":8,\"intensity\":[0,8,");

        Object modified = Files.getLastModifiedTime(tuned.resolve("report.html"));
        TrainJob.run(spark, plan(out, "", TESTS), false);
        assertThat(Files.getLastModifiedTime(tuned.resolve("report.html"))).isEqualTo(modified);
        Files.writeString(tuned.resolve("report.html"), "of an augmentation that was done again");
        Files.setLastModifiedTime(
                out.resolve("grow").resolve(RunDirectory.MANIFEST),
                FileTime.from(Instant.now().plusSeconds(60)));
        TrainJob.run(spark, plan(out, "", TESTS), false);
        assertThat(Files.readString(tuned.resolve("report.html")))
                .as("the part as it is stays the first, though files have their keys sorted")
                .contains("originals, equal steps")
                .containsPattern("(?s)\"test\".*\"test with typos\".*\"test with lost-words\"");
        assertThatThrownBy(() -> TrainJob.run(spark, plan(out, "epochs = 1", TESTS), false))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("--force");
        Files.delete(tuned.resolve("metrics.json"));
        byte[] before = Files.readAllBytes(tuned.resolve("adapter/adapter_model.safetensors"));
        TrainJob.run(spark, plan(out, "", TESTS), false);
        assertThat(Files.readAllBytes(tuned.resolve("adapter/adapter_model.safetensors")))
                .isEqualTo(before);
    }

    @Test
    void aRunThatWasNotAugmentedIsNamed() {
        assertThatThrownBy(() -> TrainJob.run(spark, plan(folder.resolve("nothing"), ""), false))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("holds no finished augmentation; first: augment");
    }
}
