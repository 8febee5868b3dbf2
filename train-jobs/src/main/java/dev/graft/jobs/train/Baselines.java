// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.cluster.GpuStage;
import dev.graft.config.Settings;
import dev.graft.jobs.tune.Arm;
import dev.graft.train.Example;
import dev.graft.train.HeadStart;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The arms that tune nothing. They stand beside those that do, so that it is seen what tuning buys.
 *
 * @param results of the arms that the plan asks for: the same with every seed, to be paired with arms that vary
 * @param headStart the frozen probe, where the plan has heads start with it; else null
 */
record Baselines(List<Training.Result> results, @Nullable HeadStart headStart) {
    private static final Logger LOG = LoggerFactory.getLogger(Baselines.class);

    static Baselines of(SparkSession spark, GpuStage stage, TrainPlan plan, Corpus corpus) {
        List<Training.Result> results = new ArrayList<>();
        if (plan.arms().contains(Arm.TF_IDF)) {
            Terms terms = Terms.of(spark, corpus.originals(), corpus.labels().size());
            results.addAll(results(plan, Arm.TF_IDF, corpus, fit(spark, corpus, terms::features), terms::features));
        }
        HeadStart start = null;
        if (plan.arms().contains(Arm.FROZEN_PROBE) || plan.warmStart()) {
            Embeddings embeddings = Embeddings.of(
                    stage,
                    plan,
                    List.of(corpus.originals(), corpus.validation(), corpus.test(), corpus.testWithTypos()));
            LinearClassifier probe = fit(spark, corpus, embeddings::features);
            if (plan.arms().contains(Arm.FROZEN_PROBE)) {
                results.addAll(results(plan, Arm.FROZEN_PROBE, corpus, probe, embeddings::features));
            }
            start = plan.warmStart() ? probe.headStart() : null;
        }
        return new Baselines(results, start);
    }

    private static LinearClassifier fit(
            SparkSession spark, Corpus corpus, Function<List<Example>, LinearClassifier.Features> features) {
        return LinearClassifier.fit(
                spark,
                features.apply(corpus.originals()),
                features.apply(corpus.validation()),
                corpus.labels().size());
    }

    private static List<Training.Result> results(
            TrainPlan plan,
            Arm arm,
            Corpus corpus,
            LinearClassifier classifier,
            Function<List<Example>, LinearClassifier.Features> features) {
        Training.Result result = new Training.Result(
                arm,
                0,
                corpus.originals().size(),
                List.of(),
                classifier.metrics(features.apply(corpus.test())),
                classifier.metrics(features.apply(corpus.testWithTypos())),
                0,
                List.of());
        LOG.info(
                "{}: penalty {}, {} of the held-out rows right, accuracy {}",
                Settings.name(arm),
                classifier.penalty(),
                String.format("%.3f", classifier.heldOut()),
                String.format("%.3f", result.test().accuracy()));
        return plan.seeds().stream().map(result::withSeed).toList();
    }
}
