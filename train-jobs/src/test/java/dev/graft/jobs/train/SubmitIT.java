// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.cluster.SparkHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both jars through Spark's own SparkSubmit, with nothing of ours on Spark's class path. */
class SubmitIT {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Pattern OURS = Pattern.compile(
            ".*/(pipeline-core|augment-jobs|train-jobs|ai/djl|dev/langchain4j|net/sf/extjwnl|uk/ac/abdn|info/picocli|com/typesafe)/.*");

    @TempDir
    private Path folder;

    @Test
    void theCorpusIsAugmentedAndTheAdapterIsTrained() throws Exception {
        SparkHome home = SparkHome.at(
                folder.resolve("home"), jar -> !OURS.matcher(jar.toString()).matches());
        Path conf = conf();
        SparkHome.Ended augmented =
                submit(home, "augment-jobs", "dev.graft.jobs.augment.AugmentJob", conf.toString(), "seed=3");
        assertThat(augmented.exit()).as(augmented.output()).isZero();
        SparkHome.Ended trained =
                submit(home, "train-jobs", "dev.graft.jobs.train.TrainJob", conf.toString(), "stages.tune.epochs=2");
        assertThat(trained.exit()).as(trained.output()).isZero();
        assertThat(folder.resolve("out/tune/adapter/adapter_model.safetensors")).exists();
        assertThat(folder.resolve("out/tune/report.html")).exists();

        SparkHome.Ended wrong =
                submit(home, "augment-jobs", "dev.graft.jobs.augment.AugmentJob", conf.toString(), "sede=3");
        assertThat(wrong.exit()).as(wrong.output()).isEqualTo(2);
        assertThat(wrong.output()).contains("sede is not a known key; did you mean \"seed\"?");
    }

    private static SparkHome.Ended submit(SparkHome home, String module, String main, String... arguments)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--master", "local[2]", "--class", main));
        all.add(Path.of("..", module, "target", module + "-spark.jar")
                .toAbsolutePath()
                .normalize()
                .toString());
        all.addAll(List.of(arguments));
        return home.submit(LIMIT, all);
    }

    private Path conf() throws IOException {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            rows.add("{\"text\": \"%s number %d\", \"label\": \"%s\"}"
                    .formatted(
                            i % 2 == 0 ? "please send the money back for parcel" : "the password fails on device",
                            i,
                            i % 2 == 0 ? "refund" : "login"));
        }
        Path corpus = Files.write(folder.resolve("corpus.jsonl"), rows);
        return Files.writeString(folder.resolve("submit.conf"), """
                name = submit
                out = "%s"
                corpus { train = "%s", label = label, shares.test = 0.3 }
                stages = [
                  { name = grow, kind = augment, operators = [{ operator = synonym-replacement, alpha = 0.3 }] }
                  { name = tune, kind = train, data = grow, epochs = 1, batch-size = 8, max-length = 16 }
                ]
                compare.seeds = [1]
                """.formatted(folder.resolve("out"), corpus));
    }
}
