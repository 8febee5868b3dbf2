// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.cluster.GpuStage;
import dev.graft.cluster.Piece;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Arguments;
import dev.graft.jobs.Launch;
import dev.graft.jobs.Session;
import dev.graft.jobs.Storages;
import dev.graft.report.Report;
import dev.graft.run.ExitCode;
import dev.graft.run.Manifest;
import dev.graft.run.RunDirectory;
import dev.graft.storage.Lock;
import dev.graft.storage.Place;
import dev.graft.storage.Sha256;
import dev.graft.storage.Storage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Augmented Parquet in; trained, compared and exported adapters out. */
@Command(
        name = "train",
        description = "Fine-tunes a classifier with and without the augmented rows, compares, and writes the adapter.")
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
        TrainPlan plan = arguments.read(TrainPlan::read);
        try (SparkSession spark = Session.start("graft train " + plan.recipe().name())) {
            run(spark, plan, force);
        }
        return ExitCode.DONE;
    }

    /** Read, train each arm with each seed side by side, compare, write the adapter and the report. */
    public static void run(SparkSession spark, TrainPlan plan, boolean force) throws IOException {
        RunDirectory directory = Storages.directory(spark, plan.recipe());
        try (Lock held = directory.lock(Clock.systemUTC(), force)) {
            Manifest augmented = directory.finished(List.of(Corpus.AUGMENTED));
            String fingerprint =
                    plan.fingerprint() + "; rows of " + augmented.from().fingerprint();
            if (force || !directory.has(METRICS)) {
                train(spark, plan, directory, fingerprint);
            } else {
                requireSame(directory, fingerprint);
                reportAgain(spark, plan, directory);
            }
        }
    }

    private static void train(SparkSession spark, TrainPlan plan, RunDirectory directory, String fingerprint)
            throws IOException {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        GpuStage stage = new GpuStage(context, plan.device(), Duration.ofMinutes(plan.patience()));
        Corpus corpus = Corpus.read(spark, plan.recipe(), plan.typos());
        System.out.println("train: " + Truncation.of(plan, corpus));
        Place staging = directory.resumed("train", Sha256.of(fingerprint));

        Broadcast<Corpus> shared = context.broadcast(corpus);
        List<Training.Result> results = stage.run(
                "training", pieces(plan, corpus, staging), (training, device) -> training.run(shared.value(), device));

        Comparison comparison = new Comparison(results);
        // The adapter of the first seed, so that none is chosen by the test part.
        Place trained = Training.folder(staging, Arm.AUGMENTED, plan.seeds().get(0));
        Storage.copy(trained.at("adapter"), staging.at("adapter"));
        TrainReport.write(plan, corpus, comparison, directory, staging.at(Report.FILE));
        RunDirectory.write(staging.at(METRICS), comparison.metrics(fingerprint));
        directory.publish(staging, List.of("training", "adapter", Report.FILE, METRICS));
        System.out.printf(
                "%n%s%nadapter (augmented, seed %d): %s%nmetrics: %s%nreport: %s%n",
                comparison.table(),
                plan.seeds().get(0),
                directory.at("adapter"),
                directory.at(METRICS),
                directory.at(Report.FILE));
    }

    private static void requireSame(RunDirectory directory, String fingerprint) {
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
        Optional<Storage.Entry> augmented = directory.storage().entry(directory.at(RunDirectory.MANIFEST));
        if (report.isPresent()
                && report.get().changed() >= augmented.orElseThrow().changed()) {
            return;
        }
        List<Training.Result> results = new ArrayList<>();
        for (long seed : plan.seeds()) {
            for (Arm arm : Arm.values()) {
                Optional<Training.Result> result =
                        directory.read(Training.name(arm, seed) + "/" + METRICS, Training.Result.class);
                if (result.isEmpty()) {
                    return;
                }
                results.add(result.get());
            }
        }
        Corpus corpus = Corpus.read(spark, plan.recipe(), plan.typos());
        TrainReport.write(plan, corpus, new Comparison(results), directory, directory.place(Report.FILE));
    }

    private static List<Piece<Training>> pieces(TrainPlan plan, Corpus corpus, Place staging) {
        List<Piece<Training>> pieces = new ArrayList<>();
        for (long seed : plan.seeds()) {
            for (Arm arm : Arm.values()) {
                int rows = switch (arm) {
                    case ORIGINALS -> corpus.originals().size();
                    case ORIGINALS_EQUAL_STEPS, AUGMENTED -> corpus.augmented().size();
                };
                Training training = new Training(
                        Training.folder(staging, arm, seed).uri(),
                        plan.recipe().model(),
                        plan.train(),
                        plan.lora(),
                        arm,
                        seed,
                        plan.train().steps(rows));
                pieces.add(new Piece<>(training.name(), training));
            }
        }
        return pieces;
    }
}
