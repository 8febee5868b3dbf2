// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.cluster.DeviceChoice;
import dev.graft.cluster.GpuStage;
import dev.graft.config.Settings;
import dev.graft.jobs.baseline.Features;
import dev.graft.train.Example;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BaselinesTest {
    private static final List<String> REFUNDS = List.of(
            "I want my money back", "please refund me", "money back for the shoes", "a refund of the order, please");
    private static final List<String> LOGINS = List.of(
            "the password is wrong", "I can't log in", "my password does not work", "no login with this account");
    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .getOrCreate();
        spark.sparkContext().setLogLevel("OFF");
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static List<Example> rows(List<String> refunds, List<String> logins) {
        List<Example> rows = new ArrayList<>();
        refunds.forEach(text -> rows.add(new Example(text, 0)));
        logins.forEach(text -> rows.add(new Example(text, 1)));
        return rows;
    }

    private static Baselines baselines(List<Example> validation) {
        return baselines("compare.seeds = [4, 9]", "objective.warm-start = true", validation);
    }

    private static Baselines baselines(String compare, String tune, List<Example> validation) {
        TrainPlan plan = Settings.parse(
                "name = t, corpus { train = unused, label = label }, " + compare
                        + ", stages = [{ name = tune, kind = train, " + tune + " }]",
                root -> TrainPlan.read(root, Optional.empty()));
        List<Example> train = rows(REFUNDS, LOGINS);
        List<Example> test = rows(List.of("where is my refund?"), List.of("password forgotten", "  "));
        Corpus corpus = new Corpus(
                List.of("refund", "login"),
                train,
                train,
                List.of(0, 1, 2, 3, 4, 5, 6, 7),
                validation,
                Map.of("test", test),
                List.of());
        GpuStage stage = new GpuStage(
                JavaSparkContext.fromSparkContext(spark.sparkContext()), DeviceChoice.CPU, Duration.ofMinutes(1));
        return Baselines.of(spark, stage, plan, corpus);
    }

    @Test
    void bothAreTheSameWithEverySeed() {
        Baselines baselines = baselines(List.of());
        List<Training.Result> results = baselines.results();
        assertThat(results)
                .extracting(Training.Result::arm)
                .containsExactly("tf-idf", "tf-idf", "frozen-probe", "frozen-probe");
        assertThat(results).extracting(Training.Result::seed).containsExactly(4L, 9L, 4L, 9L);
        assertThat(results.get(2).test().confusion().get(0)).containsExactly(1, 0);
        assertThat(results.get(2).test().confusion().get(1).get(1)).isPositive();
        assertThat(requireNonNull(baselines.headStart()).weight()).hasSize(2 * 384);
    }

    @Test
    void bothAreOfTheRowsThatASeedDraws() {
        List<Training.Result> results = baselines("compare { seeds = [4, 9], per-class = 2 }", "epochs = 1", List.of())
                .results();
        assertThat(results).extracting(Training.Result::seed).containsExactly(4L, 9L, 4L, 9L);
        assertThat(results).extracting(Training.Result::rows).containsOnly(4);
    }

    /** One feature that tells the classes apart in the training rows and misleads on the held-out ones, and one that is right. */
    @Test
    void thePenaltyIsTheOneThatHeldOutRowsLikeBest() {
        List<Example> train = rows(List.of("a", "b"), List.of("c", "d"));
        Features<Example> features = new Features<>(
                List.of(Vectors.dense(5, 0.1), Vectors.dense(5, 0.1), Vectors.dense(-5, -0.1), Vectors.dense(-5, -0.1)),
                train,
                true);
        Features<Example> heldOut = new Features<>(
                List.of(Vectors.dense(1, 0), Vectors.dense(-1, 0)), rows(List.of("e"), List.of("f")), true);
        LinearClassifier fitted = LinearClassifier.fit(spark, features, heldOut, 3);
        assertThat(fitted.penalty()).as("of equals the strongest").isEqualTo(1);
        assertThat(fitted.heldOut()).isEqualTo(1);
        assertThat(fitted.metrics(heldOut).accuracy()).isEqualTo(1);
        assertThat(fitted.metrics(heldOut).confusion())
                .as("a class without a row")
                .hasSize(3);
    }
}
