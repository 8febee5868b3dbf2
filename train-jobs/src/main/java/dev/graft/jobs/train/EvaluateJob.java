// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.adapt.AdapterFolder;
import dev.graft.cluster.GpuStage;
import dev.graft.cluster.Piece;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Arguments;
import dev.graft.jobs.Launch;
import dev.graft.jobs.Session;
import dev.graft.jobs.Storages;
import dev.graft.jobs.baseline.EngineDevice;
import dev.graft.jobs.tune.TestNoise;
import dev.graft.jobs.tune.TunedEvaluation;
import dev.graft.run.ExitCode;
import dev.graft.run.Recipe;
import dev.graft.run.RunDirectory;
import dev.graft.run.TemporaryFolder;
import dev.graft.stats.Metrics;
import dev.graft.storage.Lock;
import dev.graft.task.TextClassifier;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Loads the adapter of a finished run and evaluates it on the run's test part. */
@Command(
        name = "evaluate",
        description =
                "Evaluates the adapter of a finished run: a classifier on its test part and the copies of it with noise; a"
                        + " language model on the rows that are held out, with what it answers beside the references.")
public final class EvaluateJob implements Callable<Integer> {
    @Mixin
    private Arguments arguments = new Arguments();

    @Option(names = "-n", description = "conversations that a language model answers, default ${DEFAULT-VALUE}")
    private int answered = 100;

    public static void main(String[] args) {
        Launch.main(new EvaluateJob(), args);
    }

    @Override
    public Integer call() throws Exception {
        PlannedTraining planned = arguments.readStage(PlannedTraining::read);
        if (planned instanceof TrainPlan plan) {
            return classified(plan);
        }
        if (planned instanceof PlannedTraining.Tuned tuned) {
            TunedEvaluation.run(tuned.settings(), answered);
        }
        return ExitCode.DONE;
    }

    private static int classified(TrainPlan plan) throws IOException {
        plan.requireDevice();
        Recipe recipe = plan.recipe();
        try (SparkSession spark = Session.start("evaluate", recipe)) {
            RunDirectory directory = Storages.directory(spark, recipe);
            try (Lock held = directory.lock(Clock.systemUTC(), false)) {
                evaluate(spark, plan, directory);
            }
        }
        return ExitCode.DONE;
    }

    private static void evaluate(SparkSession spark, TrainPlan plan, RunDirectory directory) throws IOException {
        Recipe recipe = plan.recipe();
        if (!directory.has("adapter")) {
            throw new InputException(recipe.out() + " holds no adapter; first: bin/graft run CONF");
        }
        String adapter = directory.place("adapter").uri();
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        GpuStage stage = new GpuStage(context, plan.device(), Duration.ofMinutes(plan.patience()));
        TemporaryFolder own = directory.temporary();
        own.delete("rows"); // of another process that had this number
        try {
            evaluate(
                    plan,
                    directory,
                    stage,
                    adapter,
                    CorpusTable.of(spark, plan, directory.temporary().place().at("rows")));
        } finally {
            own.delete("rows");
        }
    }

    private static void evaluate(
            TrainPlan plan, RunDirectory directory, GpuStage stage, String adapter, CorpusTable table) {
        List<String> labels =
                AdapterFolder.read(Storages.local(adapter), List.of()).labels();
        String place = directory.at("adapter");
        Corpus.requireSame(table.labels(), labels, place);
        String model = plan.recipe().model();
        String folder = adapter;
        Map<String, Metrics> tests = stage.run(
                        "evaluation", List.of(new Piece<>("adapter", folder)), (path, device) -> {
                            try (TextClassifier classifier = TextClassifier.trained(
                                            Storages.files(model),
                                            AdapterFolder.read(Storages.local(path), List.of()),
                                            Integer.MAX_VALUE,
                                            EngineDevice.of(device));
                                    CorpusTable.Opened rows = table.open()) {
                                return new LinkedHashMap<>(
                                        Training.tests(classifier, rows.corpus().withLabels(labels, place)));
                            }
                        })
                .get(0);
        tests.forEach((name, metrics) -> print(TestNoise.title(name), metrics));
        Metrics test = Objects.requireNonNull(tests.get(TestNoise.TEST));
        for (int i = 0; i < labels.size(); i++) {
            System.out.printf(
                    Locale.ROOT, "  %-30s F1 %.3f%n", labels.get(i), test.f1().get(i));
        }
        System.out.println("adapter: " + directory.at("adapter"));
    }

    private static void print(String part, Metrics metrics) {
        System.out.printf(
                Locale.ROOT, "%-16s accuracy %.3f, macro-F1 %.3f%n", part, metrics.accuracy(), metrics.macroF1());
    }
}
