// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.cluster.GpuStage;
import dev.graft.cluster.Piece;
import dev.graft.config.Settings;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Arguments;
import dev.graft.jobs.Launch;
import dev.graft.jobs.Session;
import dev.graft.report.Report;
import dev.graft.run.ExitCode;
import dev.graft.run.Manifest;
import dev.graft.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        GpuStage stage = new GpuStage(context, plan.device(), Duration.ofMinutes(plan.patience()));
        RunDirectory directory = plan.recipe().directory();
        Path metrics = directory.root().resolve("metrics.json");
        String fingerprint = plan.fingerprint() + "; rows of "
                + directory.manifest().map(Manifest::settings).orElse("no augmentation");
        if (force) {
            for (String part : List.of("metrics.json", "adapter", "training")) {
                RunDirectory.delete(directory.root().resolve(part));
            }
        } else if (Files.exists(metrics)) {
            requireSame(metrics, fingerprint, directory);
            reportAgain(spark, plan);
            return;
        }
        Corpus corpus = Corpus.read(spark, plan.recipe(), plan.typos());

        Broadcast<Corpus> shared = context.broadcast(corpus);
        List<Training.Result> results =
                stage.run("training", pieces(plan, corpus), (training, device) -> training.run(shared.value(), device));

        Comparison comparison = new Comparison(results);
        Path adapter = export(plan, directory);
        Path report = TrainReport.write(plan, corpus, comparison);
        RunDirectory.write(metrics, comparison.metrics(fingerprint));
        System.out.printf(
                "%n%s%nadapter (augmented, seed %d): %s%nmetrics: %s%nreport: %s%n",
                comparison.table(), plan.seeds().get(0), adapter, metrics, report);
    }

    private static void requireSame(Path metrics, String fingerprint, RunDirectory directory) {
        Object there = RunDirectory.read(metrics, Map.class).get("settings");
        if (!fingerprint.equals(there)) {
            throw new InputException(directory.root() + " holds a training of other settings or rows.\n  there: "
                    + there + "\n  given: " + fingerprint
                    + "\nName another directory (out=...), or replace it with --force.");
        }
        System.out.println("train: already done in " + directory.root() + " (--force does it again)");
    }

    /** An augmentation that was done or filtered again has left a report without the training in it. */
    private static void reportAgain(SparkSession spark, TrainPlan plan) throws IOException {
        Path root = plan.recipe().directory().root();
        Path report = root.resolve(Report.FILE);
        FileTime augmented = Files.getLastModifiedTime(root.resolve(RunDirectory.MANIFEST));
        if (Files.exists(report) && Files.getLastModifiedTime(report).compareTo(augmented) >= 0) {
            return;
        }
        List<Training.Result> results = new ArrayList<>();
        for (long seed : plan.seeds()) {
            for (Arm arm : Arm.values()) {
                Path file = Training.folder(plan.recipe().out(), arm, seed).resolve("metrics.json");
                if (!Files.exists(file)) {
                    return;
                }
                results.add(RunDirectory.read(file, Training.Result.class));
            }
        }
        TrainReport.write(plan, Corpus.read(spark, plan.recipe(), plan.typos()), new Comparison(results));
    }

    private static List<Piece<Training>> pieces(TrainPlan plan, Corpus corpus) {
        List<Piece<Training>> pieces = new ArrayList<>();
        for (long seed : plan.seeds()) {
            for (Arm arm : Arm.values()) {
                int rows = switch (arm) {
                    case ORIGINALS -> corpus.originals().size();
                    case ORIGINALS_EQUAL_STEPS, AUGMENTED -> corpus.augmented().size();
                };
                Training training = new Training(
                        plan.recipe().out(),
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

    /** The adapter of the first seed, so that none is chosen by the test part. */
    private static Path export(TrainPlan plan, RunDirectory directory) throws IOException {
        Path trained = directory
                .root()
                .resolve(Path.of(
                        "training",
                        Settings.name(Arm.AUGMENTED),
                        plan.seeds().get(0).toString(),
                        "adapter"));
        Path adapter = directory.root().resolve("adapter");
        RunDirectory.copy(trained, adapter);
        return adapter;
    }
}
