// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.cluster.GpuStage;
import dev.graft.train.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The arms that tune nothing. They stand beside those that do, so that it is seen what tuning buys. */
record Baselines(SparkSession spark, GpuStage stage, TrainPlan plan, Corpus corpus) {
    private static final Logger LOG = LoggerFactory.getLogger(Baselines.class);

    /** What came of those that the plan asks for: the same with every seed, to be paired with arms that vary. */
    List<Training.Result> results() {
        List<Training.Result> results = new ArrayList<>();
        for (Arm arm : plan.arms()) {
            switch (arm) {
                case TF_IDF ->
                    results.addAll(results(
                            arm,
                            Terms.of(spark, corpus.originals(), corpus.labels().size())::features));
                case FROZEN_PROBE -> results.addAll(results(arm, embeddings()::features));
                case ORIGINALS, ORIGINALS_EQUAL_STEPS, AUGMENTED -> {}
            }
        }
        return results;
    }

    private Embeddings embeddings() {
        return Embeddings.of(
                stage, plan, List.of(corpus.originals(), corpus.validation(), corpus.test(), corpus.testWithTypos()));
    }

    private List<Training.Result> results(Arm arm, Function<List<Example>, LinearClassifier.Features> features) {
        long start = System.nanoTime();
        LinearClassifier classifier = LinearClassifier.fit(
                spark,
                features.apply(corpus.originals()),
                features.apply(corpus.validation()),
                corpus.labels().size());
        Training.Result result = new Training.Result(
                arm,
                0,
                corpus.originals().size(),
                List.of(),
                classifier.metrics(features.apply(corpus.test())),
                classifier.metrics(features.apply(corpus.testWithTypos())),
                (System.nanoTime() - start) / 1e9);
        LOG.info(
                "{}: penalty {}, {} of the held-out rows right, accuracy {}",
                arm,
                classifier.penalty(),
                String.format("%.3f", classifier.heldOut()),
                String.format("%.3f", result.test().accuracy()));
        return plan.seeds().stream().map(result::withSeed).toList();
    }
}
