// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.cluster.GpuStage;
import dev.graft.cluster.Piece;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Arguments;
import dev.graft.jobs.Launch;
import dev.graft.jobs.Session;
import dev.graft.jobs.Storages;
import dev.graft.jobs.translate.TranslateJob;
import dev.graft.jobs.tune.Arm;
import dev.graft.jobs.tune.Chained;
import dev.graft.jobs.tune.StartingWeights;
import dev.graft.report.Report;
import dev.graft.run.ExitCode;
import dev.graft.run.Manifest;
import dev.graft.run.RunDirectory;
import dev.graft.run.TemporaryFolder;
import dev.graft.storage.Lock;
import dev.graft.storage.Place;
import dev.graft.storage.Sha256;
import dev.graft.storage.Storage;
import dev.graft.train.HeadStart;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Augmented Parquet in; trained, compared and exported adapters out. */
@Command(
        name = "train",
        description = "Trains a model as a stage says, compared with what the stage names, and writes the adapter.")
public final class TrainJob implements Callable<Integer> {
    static final String METRICS = "metrics.json";

    @Mixin
    private Arguments arguments = new Arguments();

    @Option(names = "--force", description = "replace what an earlier run left in the directory")
    private boolean force;

    public static void main(String[] args) {
        Launch.main(new TrainJob(), args);
    }

    @Override
    public Integer call() throws Exception {
        PlannedTraining planned = arguments.readStage(PlannedTraining::read);
        planned.requireDevice();
        if (planned instanceof PlannedTraining.Translated alone) {
            TranslateJob.run(alone.settings(), force);
            return ExitCode.DONE;
        }
        try (SparkSession spark = Session.start("train", planned.recipe())) {
            planned.run(spark, force);
        }
        return ExitCode.DONE;
    }

    /** Read, train each arm with each seed side by side, compare, write the adapter and the report. */
    public static void run(SparkSession spark, TrainPlan plan, boolean force) throws IOException {
        RunDirectory directory = Storages.directory(spark, plan.recipe());
        try (Lock held = directory.lock(Clock.systemUTC(), force)) {
            for (Arm arm : plan.arms()) {
                plan.start(arm).prepare();
            }
            Manifest augmented = Storages.directory(spark, plan.data()).finished(List.of(Corpus.AUGMENTED));
            StringBuilder settings = new StringBuilder(
                    plan.fingerprint() + "; rows of " + augmented.from().fingerprint() + start(spark, plan.start()));
            for (StartingWeights other : plan.compare().otherWeights()) {
                settings.append(start(spark, other));
            }
            String fingerprint = settings.toString();
            if (force || !directory.has(METRICS)) {
                train(spark, plan, directory, fingerprint);
            } else {
                requireSame(directory, fingerprint);
                reportAgain(spark, plan, directory);
            }
        }
    }

    /** What is trained on depends on it, too. */
    private static String start(SparkSession spark, StartingWeights start) throws IOException {
        String from = start.taught();
        if (from == null) {
            return "";
        }
        Place weights = new Place(Storages.of(spark, from), from).at("adapter").at("adapter_model.safetensors");
        if (!weights.exists()) {
            throw new InputException(weights + " is not there: the stage that from names is not done");
        }
        return "; from " + Sha256.of(Storages.local(weights.path()));
    }

    private static void train(SparkSession spark, TrainPlan plan, RunDirectory directory, String fingerprint)
            throws IOException {
        Place staging = directory.resumed("train", Sha256.of(fingerprint));
        CorpusTable table = CorpusTable.of(spark, plan, staging.at("rows"));
        try (CorpusTable.Opened opened = table.open()) {
            train(spark, plan, directory, fingerprint, staging, table, opened.corpus());
        }
    }

    private static void train(
            SparkSession spark,
            TrainPlan plan,
            RunDirectory directory,
            String fingerprint,
            Place staging,
            CorpusTable table,
            Corpus corpus)
            throws IOException {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        GpuStage stage = new GpuStage(context, plan.device(), Duration.ofMinutes(plan.patience()));
        if (plan.train().loop().earlyStop() > 0 && corpus.validation().isEmpty()) {
            throw new InputException(
                    "train.early-stop is " + plan.train().loop().earlyStop()
                            + ", and the corpus has no validation part to stop by; name corpus.validation, or a share of"
                            + " corpus.shares, or leave early-stop at 0");
        }
        requireUnlabelled(plan, corpus);
        System.out.println("train: " + Truncation.of(plan, corpus));
        int perClass = plan.compare().perClass();
        Map<Arm, Arm> trainedAs = trainedAs(plan, corpus);
        Baselines baselines = Baselines.of(spark, stage, plan, corpus);
        List<Training.Result> results = new ArrayList<>(baselines.results());
        for (Training.Result result : results) {
            RunDirectory.write(
                    Training.folder(staging, result.arm(), result.seed()).at(METRICS), result);
        }
        results.addAll(stage.run(
                "training", pieces(plan, corpus, trainedAs, baselines.headStart(), staging), (training, device) -> {
                    try (CorpusTable.Opened rows = table.open()) {
                        return training.run(rows.corpus().drawn(perClass, training.seed()), device);
                    }
                }));

        Comparison comparison = new Comparison(trainedAs, corpus.names(), results);
        RunDirectory data = Storages.directory(spark, plan.data());
        // The adapter of the first seed, so that none is chosen by the test part.
        Arm exported = plan.compare().exported();
        Place trained = Training.folder(
                staging, comparison.trained(exported).name(), plan.seeds().get(0));
        Storage.copy(trained.at("adapter"), staging.at("adapter"));
        TrainReport.write(plan, corpus, comparison, data, staging.at(Report.FILE));
        RunDirectory.write(staging.at(METRICS), comparison.metrics(fingerprint));
        directory.publish(staging, List.of("training", "adapter", Report.FILE, Chained.MERGED, METRICS));
        System.out.printf(
                "%n%s%nadapter (%s, seed %d): %s%nmetrics: %s%nreport: %s%n",
                comparison.table(),
                exported.name(),
                plan.seeds().get(0),
                directory.at("adapter"),
                directory.at(METRICS),
                directory.at(Report.FILE));
    }

    private static void requireUnlabelled(TrainPlan plan, Corpus corpus) {
        boolean none = corpus.unlabelled().isEmpty();
        boolean bare = corpus.unlabelled().stream().allMatch(row -> row.copies().isEmpty());
        if (plan.compare().arm(Arm.Kind.SELF_TRAINED).isPresent() && none
                || plan.compare().arm(Arm.Kind.CONSISTENT).isPresent() && bare) {
            throw new InputException("of " + plan.recipe().corpus().train() + " "
                    + corpus.unlabelled().size()
                    + " training rows have no label, and " + (bare ? "none of these has a copy" : "some have copies")
                    + "; train.self-training takes rows without a label, and train.consistency such with copies:"
                    + " corpus.train may name a file of them, too");
        }
    }

    static void requireSame(RunDirectory directory, String fingerprint) {
        Object there = directory.read(METRICS, Map.class).orElseThrow().get("settings");
        if (!fingerprint.equals(there)) {
            throw new InputException(directory.root() + " holds a training of other settings or rows.\n  there: "
                    + there + "\n  given: " + fingerprint
                    + "\nName another directory (out=...), or replace it with --force.");
        }
        System.out.println("train: already done in " + directory.root() + " (--force does it again)");
    }

    /** An augmentation that was done or filtered again has left a report without the training in it. */
    private static void reportAgain(SparkSession spark, TrainPlan plan, RunDirectory directory) throws IOException {
        Optional<Storage.Entry> report = directory.storage().entry(directory.at(Report.FILE));
        RunDirectory data = Storages.directory(spark, plan.data());
        Optional<Storage.Entry> augmented = data.storage().entry(data.at(RunDirectory.MANIFEST));
        if (report.isPresent()
                && report.get().changed() >= augmented.orElseThrow().changed()) {
            return;
        }
        TemporaryFolder own = directory.temporary();
        own.delete("rows"); // of another process that had this number
        Place rows = directory.temporary().place().at("rows");
        try (CorpusTable.Opened opened = CorpusTable.of(spark, plan, rows).open()) {
            reportAgain(plan, directory, data, opened.corpus());
        } finally {
            own.delete("rows");
        }
    }

    private static void reportAgain(TrainPlan plan, RunDirectory directory, RunDirectory data, Corpus corpus)
            throws IOException {
        Map<Arm, Arm> trainedAs = trainedAs(plan, corpus);
        List<Training.Result> results = new ArrayList<>();
        for (long seed : plan.seeds()) {
            for (Arm arm : Set.copyOf(trainedAs.values())) {
                Optional<Training.Result> result =
                        directory.read(Training.name(arm, seed) + "/" + METRICS, Training.Result.class);
                if (result.isEmpty()) {
                    return;
                }
                results.add(result.get());
            }
        }
        TrainReport.write(
                plan, corpus, new Comparison(trainedAs, corpus.names(), results), data, directory.place(Report.FILE));
    }

    /** For each arm the first one that has the same rows and steps: what is the same training is trained once. */
    static Map<Arm, Arm> trainedAs(TrainPlan plan, Corpus corpus) {
        Map<Arm, Arm> trainedAs = new LinkedHashMap<>();
        int perClass = plan.compare().perClass();
        List<Corpus> draws = perClass == 0
                ? List.of(corpus)
                : plan.seeds().stream()
                        .map(seed -> corpus.drawn(perClass, seed))
                        .toList();
        for (Arm arm : plan.arms()) {
            trainedAs.put(
                    arm,
                    plan.arms().stream()
                            .filter(other -> other == arm
                                    || other.kind().tuned()
                                            && arm.kind().tuned()
                                            && !arm.kind().usesUnlabelled()
                                            && !other.kind().usesUnlabelled()
                                            && plan.start(arm).equals(plan.start(other))
                                            && draws.stream()
                                                    .allMatch(drawn -> steps(plan, drawn, other)
                                                                    == steps(plan, drawn, arm)
                                                            && drawn.rows(other).equals(drawn.rows(arm))))
                            .findFirst()
                            .orElseThrow());
        }
        return trainedAs;
    }

    private static int steps(TrainPlan plan, Corpus corpus, Arm arm) {
        return switch (arm.kind()) {
            case TF_IDF, FROZEN_PROBE -> 0;
            case ORIGINALS -> plan.train().steps(corpus.originals().size());
            case ORIGINALS_EQUAL_STEPS, OTHER_START, AUGMENTED, CONSISTENT, SELF_TRAINED ->
                plan.train().steps(corpus.augmented().size());
        };
    }

    private static List<Piece<Training>> pieces(
            TrainPlan plan, Corpus corpus, Map<Arm, Arm> trainedAs, @Nullable HeadStart start, Place staging) {
        List<Piece<Training>> pieces = new ArrayList<>();
        for (long seed : plan.seeds()) {
            Corpus drawn = corpus.drawn(plan.compare().perClass(), seed);
            for (Arm arm : plan.arms()) {
                if (!arm.kind().tuned() || !arm.equals(trainedAs.get(arm))) {
                    continue;
                }
                Training training = new Training(
                        Training.folder(staging, arm.name(), seed).uri(),
                        plan.start(arm).model(),
                        plan.train(),
                        plan.method(),
                        plan.balanced(),
                        start,
                        plan.start(arm).adapter(),
                        arm.is(Arm.Kind.CONSISTENT) ? plan.consistency() : null,
                        arm.is(Arm.Kind.SELF_TRAINED) ? plan.selfTraining() : null,
                        arm,
                        seed,
                        steps(plan, drawn, arm));
                pieces.add(new Piece<>(training.name(), training));
            }
        }
        return pieces;
    }
}
