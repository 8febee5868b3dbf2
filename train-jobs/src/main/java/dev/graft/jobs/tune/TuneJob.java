// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.checkpoint.BaseModel;
import dev.graft.cluster.GpuStage;
import dev.graft.cluster.Piece;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Storages;
import dev.graft.jobs.tune.TokenTable.Count;
import dev.graft.jobs.tune.TokenTable.Part;
import dev.graft.report.Report;
import dev.graft.run.RunDirectory;
import dev.graft.storage.Content;
import dev.graft.storage.Lock;
import dev.graft.storage.Place;
import dev.graft.storage.Sha256;
import dev.graft.storage.Storage;
import dev.graft.train.tracking.Trackers;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Rows in, adapters out: tokens once, each arm with each seed as a task of one stage, what came of it side by side. */
public final class TuneJob {
    static final String METRICS = "metrics.json";
    private static final String SETTINGS = "fingerprint";

    private TuneJob() {}

    /**
     * @param force replaces what an earlier run left in the directory
     */
    public static void run(SparkSession spark, TuneSettings settings, boolean force) throws IOException {
        RunDirectory directory = Storages.directory(spark, settings.recipe());
        try (Lock held = directory.lock(Clock.systemUTC(), force)) {
            settings.start().prepare();
            for (StartingWeights other : settings.compare().otherWeights()) {
                other.prepare();
            }
            String fingerprint = fingerprint(spark, settings);
            if (force || !directory.has(METRICS)) {
                train(spark, settings, directory, fingerprint);
                return;
            }
            if (!fingerprint.equals(
                    directory.read(METRICS, Map.class).orElseThrow().get(SETTINGS))) {
                throw new InputException(directory.root() + " holds a training of other settings, rows or model; name"
                        + " another directory (out=...), or replace it with --force");
            }
            System.out.println("train: already done in " + directory.root() + " (--force does it again)");
        }
    }

    /** Of all that the result depends on: the settings, the rows and the model. */
    private static String fingerprint(SparkSession spark, TuneSettings settings) throws IOException {
        StringBuilder all = new StringBuilder(settings.values().toString())
                .append(settings.compare().noises());
        List<String> models = new ArrayList<>(List.of(settings.recipe().model()));
        settings.compare().otherWeights().forEach(other -> models.add(other.model()));
        for (String model : models) {
            if (!model.equals(BaseModel.MINILM)) {
                all.append(Content.of(Storages.of(spark, model), model).map(Content::hash));
            }
        }
        if (settings.rows().isPresent()) {
            all.append(Storages.directory(spark, settings.rows().get())
                    .finished(List.of("augmented"))
                    .from()
                    .fingerprint());
        } else if (settings.data().text().isPresent()) {
            String texts = settings.data().text().get();
            all.append(Content.of(Storages.of(spark, texts), texts));
        } else {
            var corpus = settings.recipe().corpus();
            for (Optional<String> file : List.of(Optional.of(corpus.train()), corpus.validation(), corpus.test())) {
                if (file.isPresent()) {
                    all.append(Content.of(Storages.of(spark, file.get()), file.get())
                            .map(Content::hash));
                }
            }
        }
        return Sha256.of(all.toString());
    }

    private static void train(SparkSession spark, TuneSettings settings, RunDirectory directory, String fingerprint)
            throws IOException {
        GpuStage stage = new GpuStage(
                JavaSparkContext.fromSparkContext(spark.sparkContext()),
                settings.device(),
                Duration.ofMinutes(settings.patience()));
        Place staging = directory.resumed("train", fingerprint);
        TokenTable tokens = TokenTable.of(spark, settings, staging.at("tokens"));
        System.out.println("train: " + told(tokens));
        List<Piece<TuneTask>> pieces = new ArrayList<>();
        for (long seed : settings.compare().seeds()) {
            for (Arm arm : tuned(settings, tokens)) {
                TuneTask task = task(settings, tokens, arm, seed, staging, fingerprint);
                pieces.add(new Piece<>(task.title(), task));
            }
        }
        List<TuneTask.Result> results =
                new ArrayList<>(new TuneBaselines(spark, stage, settings, tokens, TuneBaselines.MOST).results());
        for (TuneTask.Result result : results) {
            RunDirectory.write(folder(staging, result.arm(), result.seed()).at(METRICS), result);
        }
        results.addAll(stage.run("training", pieces, TuneTask::run));

        TuneComparison comparison = new TuneComparison(
                settings.teaching().kind(), settings.compare().arms(), results);
        Arm exported = settings.compare().exported();
        TuneTask.Result first = comparison.of(exported).get(0);
        Place trained = folder(staging, exported.name(), first.seed());
        Storage.copy(trained.at(TuneTask.ADAPTER), staging.at(TuneTask.ADAPTER));
        Storage.copy(trained.at(Trackers.TENSORBOARD), staging.at(Trackers.TENSORBOARD));
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put(SETTINGS, fingerprint);
        metrics.put("exported", first);
        metrics.put("results", results);
        metrics.put("conclusions", comparison.conclusions());
        RunDirectory.write(staging.at(METRICS), metrics);
        Optional<RunDirectory> data = settings.rows().map(rows -> Storages.directory(spark, rows));
        TuneReport.write(settings, comparison, data, told(tokens), staging.at(Report.FILE));
        staging.storage().delete(tokens.place().path());
        directory.publish(
                staging,
                List.of("training", TuneTask.ADAPTER, Trackers.TENSORBOARD, Report.FILE, Chained.MERGED, METRICS));
        System.out.printf(
                Locale.ROOT,
                "%n%s%s%n%s%d tokens in %.0f s (%.0f a second; %.1f for each second of a core)%n"
                        + "adapter (%s, seed %d): %s%nmetrics: %s%nreport: %s%n",
                comparison.table(),
                comparison.conclusions().stream()
                        .map(sentence -> String.format("%n%s%n", sentence))
                        .collect(Collectors.joining()),
                comparison.figures(exported),
                first.tokens(),
                first.seconds(),
                first.tokens() / first.seconds(),
                first.tokens() / first.cpuSeconds(),
                exported.name(),
                first.seed(),
                directory.at(TuneTask.ADAPTER),
                directory.at(METRICS),
                directory.at(Report.FILE));
    }

    /** Those that tune; without copies all of the stage's weights are one. */
    private static List<Arm> tuned(TuneSettings settings, TokenTable tokens) {
        Compare compare = settings.compare();
        return compare.arms().stream()
                .filter(arm -> arm.kind().tuned())
                .filter(arm -> tokens.counted(Part.TRAIN).copies() > 0
                        || arm.start() != null
                        || arm.equals(compare.exported()))
                .toList();
    }

    private static Place folder(Place run, String arm, long seed) {
        return run.at("training").at(arm).at(Long.toString(seed));
    }

    private static TuneTask task(
            TuneSettings settings, TokenTable tokens, Arm arm, long seed, Place staging, String fingerprint) {
        return new TuneTask(
                folder(staging, arm.name(), seed).uri(),
                tokens.place().uri(),
                arm.start() == null ? settings.recipe().model() : arm.start().model(),
                settings.recipe().name(),
                settings.teaching(),
                settings.method(),
                settings.quantization(),
                settings.loop(),
                settings.epochs(),
                settings.maxSteps(),
                settings.maxLength(),
                new ArrayList<>(tokens.labels()),
                new ArrayList<>(settings.compare().noises()),
                arm,
                seed,
                fingerprint);
    }

    /** A line on the rows: how many, how long, how much is cut off and refused. */
    private static String told(TokenTable tokens) {
        Count train = tokens.counted(Part.TRAIN);
        return String.format(
                Locale.ROOT,
                "%,d rows to learn from, of which %,d are copies, %,d to choose by and %,d to test by; %,d tokens; %.1f %% of the"
                        + " rows are cut; %,d rows refused",
                train.rows(),
                train.copies(),
                tokens.counted(Part.VALIDATION).rows(),
                tokens.counted(Part.TEST).rows(),
                train.tokens(),
                100.0 * train.cut() / train.rows(),
                tokens.counted(Part.REFUSED).rows());
    }
}
