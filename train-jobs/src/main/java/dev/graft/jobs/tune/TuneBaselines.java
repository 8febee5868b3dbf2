// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;

import dev.graft.cluster.GpuStage;
import dev.graft.jobs.baseline.Embeddings;
import dev.graft.jobs.baseline.Features;
import dev.graft.jobs.baseline.LinearLogit;
import dev.graft.jobs.baseline.PenaltySearch;
import dev.graft.jobs.baseline.Terms;
import dev.graft.jobs.tune.TokenTable.Part;
import dev.graft.jobs.tune.TuneSettings.Teaching;
import dev.graft.report.Measure;
import dev.graft.train.Figures;
import dev.graft.train.data.RowFormat;
import dev.graft.train.objective.Regression;
import dev.graft.train.objective.SeveralLabels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The arms that tune nothing beside models that are taught the labels, or the number, of a text. They learn of the original rows.
 * The driver has at most {@code most} rows of a part with their features at a time: of more training or validation rows as many
 * are drawn, which is told, and tests are gone through in such pieces.
 *
 * @param most rows; {@value #MOST} of MiniLM's embeddings are 61 MB
 */
record TuneBaselines(SparkSession spark, GpuStage stage, TuneSettings settings, TokenTable tokens, int most) {
    static final int MOST = 20_000;
    private static final Logger LOG = LoggerFactory.getLogger(TuneBaselines.class);

    /** A row, with what its logits should be. */
    private record Target(String text, float[] expected) {}

    /** What rows become before anything is fitted. */
    @FunctionalInterface
    private interface Featuring {
        Features<Target> of(List<Target> rows);
    }

    /** Linear logits, the penalty chosen by what the objective is judged by, and of equals by the loss. */
    private record Fit(SparkSession spark, Teaching teaching) implements PenaltySearch<Target, List<LinearLogit>> {
        /** Times a loss, less than a row makes of any F1. */
        private static final double OF_EQUALS = 1e-9;

        private boolean ofLabels() {
            return teaching.kind() == ObjectiveKind.MULTI_LABEL;
        }

        @Override
        public List<Double> penalties() {
            return ofLabels()
                    ? List.of(1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5)
                    : List.of(100.0, 10.0, 1.0, 1e-1, 1e-2, 1e-3, 1e-4);
        }

        @Override
        public String text(Target row) {
            return row.text();
        }

        @Override
        public List<LinearLogit> fit(Features<Target> train, double penalty) {
            return IntStream.range(0, train.rows().get(0).expected().length)
                    .mapToObj(i -> ofLabels()
                            ? LinearLogit.ofLabel(spark, train, row -> row.expected()[i] > 0.5f, penalty)
                            : LinearLogit.ofNumber(spark, train, row -> row.expected()[i], penalty))
                    .toList();
        }

        @Override
        public double score(List<LinearLogit> model, Features<Target> heldOut) {
            Measure main = teaching.kind().main();
            Figures figures = figures(expected(heldOut.rows()), logits(model, heldOut));
            double figure = ObjectiveKind.value(main, figures).orElseThrow();
            return (main.lower() ? -figure : figure) - OF_EQUALS * figures.loss();
        }

        /** As those of a tuned model are made. */
        Figures figures(List<float[]> expected, List<float[]> logits) {
            return ofLabels()
                    ? SeveralLabels.figures(expected, logits, teaching.threshold())
                    : Regression.figures(expected, logits);
        }
    }

    private static List<float[]> expected(List<Target> rows) {
        return rows.stream().map(Target::expected).toList();
    }

    private static List<float[]> logits(List<LinearLogit> model, Features<Target> features) {
        List<float[]> all = new ArrayList<>();
        for (Vector vector : features.vectors()) {
            float[] logits = new float[model.size()];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = (float) model.get(i).of(vector);
            }
            all.add(logits);
        }
        return all;
    }

    /** One of each arm and each seed: the same with every seed, to be paired with arms that vary. */
    List<TuneTask.Result> results() throws IOException {
        List<Arm> arms = settings.compare().untuned();
        if (arms.isEmpty()) {
            return List.of();
        }
        List<Target> train = drawn(Part.TRAIN);
        List<Target> validation = drawn(Part.VALIDATION);
        List<TuneTask.Result> results = new ArrayList<>();
        for (Arm arm : arms) {
            TimeSpent spent = new TimeSpent();
            Featuring featuring = arm.is(Arm.Kind.TF_IDF) ? terms(train) : this::embedded;
            Fit fit = new Fit(spark, settings.teaching());
            PenaltySearch.Found<List<LinearLogit>> found = fit.fitted(
                    featuring.of(train),
                    validation.isEmpty() ? new Features<>(List.of(), List.of(), false) : featuring.of(validation));
            Map<String, Figures> tests =
                    TuneTask.figures(settings.compare().noises(), part -> figures(part, featuring, fit, found.model()));
            LOG.info("{}: penalty {}, {}", arm.name(), found.penalty(), tests);
            double seconds = spent.seconds();
            double cpuSeconds = spent.cpuSeconds();
            for (long seed : settings.compare().seeds()) {
                results.add(TuneTask.Result.untuned(arm, seed, train.size(), tests, seconds, cpuSeconds));
            }
        }
        return results;
    }

    private Featuring terms(List<Target> train) {
        Terms terms = Terms.of(spark, train.stream().map(Target::text).toList(), 1);
        return rows -> terms.features(rows, Target::text);
    }

    private Features<Target> embedded(List<Target> rows) {
        List<String> texts = rows.stream().map(Target::text).toList();
        return Embeddings.of(stage, settings.recipe().model(), settings.maxLength(), texts)
                .features(rows, Target::text);
    }

    private List<Target> drawn(Part part) {
        Dataset<Row> rows = tokens.originals(spark, part.column());
        long all = tokens.counted(part).rows() - tokens.counted(part).copies();
        if (all > most) {
            LOG.info("{} of {} rows of {} are drawn for the arms that tune nothing", most, all, part.column());
            long seed = settings.recipe().seed();
            rows = rows.orderBy(xxhash64(lit(seed), col("id")), col("id")).limit(most);
        }
        return rows.collectAsList().stream().map(TuneBaselines::target).toList();
    }

    private static Target target(Row row) {
        ByteBuffer content = ByteBuffer.wrap(row.getAs("content"));
        return new Target(row.getAs("text"), RowFormat.TARGETS.row("", content).expected());
    }

    /** On a part; empty where it has no rows. */
    private Optional<Figures> figures(String part, Featuring featuring, Fit fit, List<LinearLogit> model) {
        List<float[]> expected = new ArrayList<>();
        List<float[]> logits = new ArrayList<>();
        Iterator<Row> rows = tokens.originals(spark, part).toLocalIterator();
        while (rows.hasNext()) {
            List<Target> some = new ArrayList<>();
            while (rows.hasNext() && some.size() < most) {
                some.add(target(rows.next()));
            }
            expected.addAll(expected(some));
            logits.addAll(logits(model, featuring.of(some)));
        }
        return expected.isEmpty() ? Optional.empty() : Optional.of(fit.figures(expected, logits));
    }
}
