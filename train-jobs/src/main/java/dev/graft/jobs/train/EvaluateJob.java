// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.adapt.MergedClassifier;
import dev.graft.adapt.PeftFolder;
import dev.graft.checkpoint.BaseModel;
import dev.graft.cluster.GpuStage;
import dev.graft.cluster.Piece;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Arguments;
import dev.graft.jobs.Launch;
import dev.graft.jobs.Session;
import dev.graft.run.ExitCode;
import dev.graft.run.Recipe;
import dev.graft.stats.Metrics;
import dev.graft.train.Example;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Loads the adapter of a finished run and evaluates it on the run's test part. */
@Command(
        name = "evaluate",
        description = "Evaluates the adapter of a finished run on its test part, and on the test part with typos.")
public final class EvaluateJob implements Callable<Integer> {
    @Mixin
    private Arguments arguments = new Arguments();

    public static void main(String[] args) {
        Launch.main(new EvaluateJob(), args);
    }

    /** Both parts' figures. */
    private record Evaluated(Metrics test, Metrics testWithTypos) implements Serializable {}

    @Override
    public Integer call() throws Exception {
        TrainPlan plan = arguments.read(TrainPlan::read);
        Recipe recipe = plan.recipe();
        Path adapter = recipe.directory().root().resolve("adapter");
        if (!Files.isDirectory(adapter)) {
            throw new InputException(recipe.out() + " holds no adapter; first: bin/graft run CONF");
        }
        try (SparkSession spark = Session.start("graft evaluate " + recipe.name())) {
            JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
            GpuStage stage = new GpuStage(context, plan.device(), Duration.ofMinutes(plan.patience()));
            Corpus corpus = Corpus.read(spark, recipe, plan.typos())
                    .withLabels(PeftFolder.read(adapter, List.of()).labels(), adapter.toString());
            Broadcast<Corpus> shared = context.broadcast(corpus);
            String model = recipe.model();
            String folder = adapter.toString();
            Evaluated evaluated = stage.run("evaluation", List.of(new Piece<>("adapter", folder)), (path, device) -> {
                        try (MergedClassifier classifier = new MergedClassifier(
                                BaseModel.load(model),
                                PeftFolder.read(Path.of(path), List.of()),
                                Integer.MAX_VALUE,
                                Training.device(device))) {
                            return new Evaluated(
                                    metrics(classifier, shared.value().test()),
                                    metrics(classifier, shared.value().testWithTypos()));
                        }
                    })
                    .get(0);
            print("test", evaluated.test());
            print("test with typos", evaluated.testWithTypos());
            for (int i = 0; i < corpus.labels().size(); i++) {
                System.out.printf(
                        Locale.ROOT,
                        "  %-30s F1 %.3f%n",
                        corpus.labels().get(i),
                        evaluated.test().f1().get(i));
            }
            System.out.println("adapter: " + adapter);
        }
        return ExitCode.DONE;
    }

    private static Metrics metrics(MergedClassifier classifier, List<Example> rows) {
        return Training.metrics(classifier::logits, rows, classifier.labels().size());
    }

    private static void print(String part, Metrics metrics) {
        System.out.printf(
                Locale.ROOT, "%-16s accuracy %.3f, macro-F1 %.3f%n", part, metrics.accuracy(), metrics.macroF1());
    }
}
