// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.cluster.GpuStage;
import dev.graft.config.Settings;
import dev.graft.jobs.baseline.Embeddings;
import dev.graft.jobs.baseline.Features;
import dev.graft.jobs.baseline.Terms;
import dev.graft.jobs.tune.Arm;
import dev.graft.stats.Metrics;
import dev.graft.train.Example;
import dev.graft.train.HeadStart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The arms that tune nothing. They stand beside those that do, so that it is seen what tuning buys.
 *
 * @param results of the arms that the plan asks for: the same with every seed, to be paired with arms that vary, or of the rows
 *     that each seed draws
 * @param headStart the frozen probe, where the plan has heads start with it; else null
 */
record Baselines(List<Training.Result> results, @Nullable HeadStart headStart) {
    private static final Logger LOG = LoggerFactory.getLogger(Baselines.class);

    static Baselines of(SparkSession spark, GpuStage stage, TrainPlan plan, Corpus corpus) {
        List<Training.Result> results = new ArrayList<>();
        if (plan.compare().arm(Arm.Kind.TF_IDF).isPresent()) {
            results.addAll(results(plan, corpus, drawn -> {
                Terms terms = Terms.of(
                        spark,
                        drawn.originals().stream().map(Example::text).toList(),
                        drawn.labels().size());
                return result(Arm.Kind.TF_IDF, spark, drawn, rows -> terms.features(rows, Example::text));
            }));
        }
        HeadStart start = null;
        if (plan.compare().arm(Arm.Kind.FROZEN_PROBE).isPresent() || plan.warmStart()) {
            Embeddings embeddings = Embeddings.of(
                    stage,
                    plan.recipe().model(),
                    plan.train().maxLength(),
                    Stream.concat(Stream.of(corpus.originals(), corpus.validation()), corpus.tests().values().stream())
                            .flatMap(List::stream)
                            .map(Example::text)
                            .toList());
            Function<List<Example>, Features<Example>> vectors = rows -> embeddings.features(rows, Example::text);
            if (plan.compare().arm(Arm.Kind.FROZEN_PROBE).isPresent()) {
                results.addAll(results(plan, corpus, drawn -> result(Arm.Kind.FROZEN_PROBE, spark, drawn, vectors)));
            }
            start = plan.warmStart() ? fit(spark, corpus, vectors).headStart() : null;
        }
        return new Baselines(results, start);
    }

    private static LinearClassifier fit(
            SparkSession spark, Corpus corpus, Function<List<Example>, Features<Example>> features) {
        return LinearClassifier.fit(
                spark,
                features.apply(corpus.originals()),
                features.apply(corpus.validation()),
                corpus.labels().size());
    }

    /** One for each seed: where no rows are drawn, one stands for all. */
    private static List<Training.Result> results(
            TrainPlan plan, Corpus corpus, Function<Corpus, Training.Result> fitted) {
        int perClass = plan.compare().perClass();
        if (perClass == 0) {
            Training.Result result = fitted.apply(corpus);
            return plan.seeds().stream().map(result::withSeed).toList();
        }
        return plan.seeds().stream()
                .map(seed -> fitted.apply(corpus.drawn(perClass, seed)).withSeed(seed))
                .toList();
    }

    private static Training.Result result(
            Arm.Kind arm, SparkSession spark, Corpus corpus, Function<List<Example>, Features<Example>> features) {
        LinearClassifier classifier = fit(spark, corpus, features);
        Map<String, Metrics> tests = new LinkedHashMap<>();
        corpus.tests().forEach((name, rows) -> tests.put(name, classifier.metrics(features.apply(rows))));
        Training.Result result =
                new Training.Result(Settings.name(arm), 0, corpus.originals().size(), List.of(), tests, 0, List.of());
        LOG.info(
                "{}: penalty {}, {} of the held-out rows right, accuracy {}",
                Settings.name(arm),
                classifier.penalty(),
                String.format("%.3f", classifier.heldOut()),
                String.format("%.3f", result.test().accuracy()));
        return result;
    }
}
