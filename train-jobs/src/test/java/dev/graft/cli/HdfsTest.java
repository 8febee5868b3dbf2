// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.checkpoint.Safetensors;
import dev.graft.config.Settings;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Storages;
import dev.graft.jobs.augment.AugmentJob;
import dev.graft.jobs.augment.FilterJob;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.jobs.train.PlannedTraining;
import dev.graft.jobs.train.TrainJob;
import dev.graft.jobs.train.TrainPlan;
import dev.graft.jobs.tune.CheckpointMirror;
import dev.graft.run.RunDirectory;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Lock;
import dev.graft.storage.Place;
import dev.graft.storage.Storage;
import dev.graft.train.Checkpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Corpus and run on HDFS: one cluster of one data node. */
class HdfsTest {
    @TempDir
    static Path folder;

    private static MiniDFSCluster cluster;
    private static SparkSession spark;
    private static String root;

    @BeforeAll
    static void start() throws Exception {
        // Where a run of another test had put it may be gone.
        System.setProperty("java.io.tmpdir", folder.toString());
        Configuration hadoop = new Configuration();
        hadoop.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toString());
        cluster = new MiniDFSCluster.Builder(hadoop).numDataNodes(1).build();
        root = cluster.getFileSystem().getUri() + "/";
        spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.sql.shuffle.partitions", 2)
                .getOrCreate();
        spark.sparkContext().setLogLevel("OFF");
    }

    @AfterAll
    static void stop() {
        spark.stop();
        cluster.shutdown();
    }

    /** On another machine a training goes on from the checkpoint that lies there. */
    @Test
    void aLanguageModelIsTaughtThereAndItsCheckpointIsFoundAgain() throws Exception {
        Storage storage = Storages.of(spark, root);
        storage.write(
                root + "in/texts.jsonl",
                "{\"text\": \"one two three\"}\n".repeat(8).getBytes(StandardCharsets.UTF_8));
        PlannedTraining planned =
                Settings.parse("""
                name = lm, out = "%1$slm", model = "../pipeline-core/src/test/resources/tiny-gpt2"
                corpus { train = "%1$sin/texts.jsonl", shares { test = 0 } }
                stages = [ { name = tune, kind = train, objective { kind = causal-lm }
                  max-steps = 2, checkpoint-every = 1, batch-size = 2, max-length = 12 } ]
                """.formatted(root), conf -> PlannedTraining.read(conf, Optional.empty()));
        planned.run(spark, false);
        RunDirectory run = new RunDirectory(storage, root + "lm/tune");
        assertThat(run.has("adapter/adapter_model.safetensors")).isTrue();
        Place there = run.place("training/augmented/42/checkpoint");
        Place here = new Place(new LocalStorage(), folder.resolve("found").toString());
        CheckpointMirror.of(here, there);
        Path found = folder.resolve("found");
        String of = requireNonNull(
                Safetensors.metadata(found.resolve("checkpoint.safetensors")).get("run"));
        assertThat(new Checkpoint(found, of).read().orElseThrow().steps()).isEqualTo(1);
    }

    @Test
    void aCorpusIsAugmentedFilteredAndTrainedOnThere() throws Exception {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            rows.append("{\"id\": \"r%d\", \"text\": \"%s, case number %d\", \"label\": \"%s\"}\n"
                    .formatted(
                            i, i % 2 == 0 ? "I want my money back" : "the password fails", i, i % 2 == 0 ? "a" : "b"));
        }
        Storage storage = Storages.of(spark, root);
        assertThat(storage.getClass().getSimpleName()).isEqualTo("HadoopStorage");
        storage.write(root + "in/a b.jsonl", rows.toString().getBytes(StandardCharsets.UTF_8));
        String recipe = """
                name = t, out = "%1$srun ü%%20#1", corpus { train = "%1$sin/a b.jsonl", id = id, label = label, shares { test = 0.3 } }
                stages = [
                  { name = grow, kind = augment, operators = [{ operator = random-swap, alpha = 0.3 }]
                    filters { similarity { min = -1 }, length-ratio { min = %2$s } } }
                  { name = tune, kind = train, data = grow, max-steps = 2, batch-size = 4, max-length = 12 }
                ]
                compare.seeds = [1]
                """;
        String conf = recipe.formatted(root, "0.5");
        AugmentJob.run(spark, Settings.parse(conf, AugmentSettings::read), false);
        RunDirectory run = new RunDirectory(storage, root + "run ü%20#1/grow");
        assertThat(run.finished(List.of("augmented", "rejected")).rows()).containsEntry("documents", 20L);
        try (Lock held = run.lock(Clock.systemUTC(), false)) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> AugmentJob.run(spark, Settings.parse(conf, AugmentSettings::read), true))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("another run is at work");
        }
        String filtered = recipe.formatted(root, "0.9");
        FilterJob.run(spark, Settings.parse(filtered, AugmentSettings::read));
        TrainJob.run(spark, Settings.parse(filtered, root -> TrainPlan.read(root, Optional.empty())), false);
        for (String part : List.of("adapter/adapter_model.safetensors", "report.html", "metrics.json")) {
            assertThat(new RunDirectory(storage, root + "run ü%20#1/tune").has(part))
                    .as(part)
                    .isTrue();
        }
        assertThat(storage.list(run.root())).extracting(Storage.Entry::name).noneMatch(name -> name.startsWith("_"));
        storage.write(
                root + "in/a b.jsonl", rows.substring(rows.indexOf("\n") + 1).getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> TrainJob.run(
                        spark, Settings.parse(filtered, root -> TrainPlan.read(root, Optional.empty())), true))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("has changed");
    }
}
