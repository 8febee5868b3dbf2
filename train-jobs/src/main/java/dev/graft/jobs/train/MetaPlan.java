// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.graft.adapt.Method;
import dev.graft.cluster.DeviceChoice;
import dev.graft.cluster.GpuStage;
import dev.graft.cluster.Piece;
import dev.graft.cluster.Placement;
import dev.graft.config.Settings;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Columns;
import dev.graft.jobs.Damage;
import dev.graft.jobs.Storages;
import dev.graft.jobs.tune.StartingWeights;
import dev.graft.run.Manifest;
import dev.graft.run.Recipe;
import dev.graft.run.RunDirectory;
import dev.graft.run.Stage;
import dev.graft.run.Stages;
import dev.graft.storage.Lock;
import dev.graft.storage.Place;
import dev.graft.storage.Sha256;
import dev.graft.train.Example;
import dev.graft.train.TrainSettings;
import dev.graft.train.meta.MetaSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A stage that learns tasks of a few classes, and leaves an adapter from which another one learns its classes of few rows.
 *
 * @param recipe of the stage, whose directory is its own
 * @param data directory of the rows: that of an augmenting stage; copies are left out
 * @param start whose weights it starts with
 * @param train how long a text may be, and what the head sees
 * @param column of the task whose classes go together; empty where any do
 * @param ways classes of a task, default 5
 * @param shots support rows of each, default 5
 * @param queries query rows of each, default as many
 */
public record MetaPlan(
        Recipe recipe,
        Recipe data,
        StartingWeights start,
        MetaSettings meta,
        TrainSettings train,
        Method method,
        Optional<String> column,
        int ways,
        int shots,
        int queries,
        DeviceChoice device,
        int patience)
        implements PlannedTraining {
    static MetaPlan read(Recipe run, Stages stages, Stage stage) {
        Settings section = stage.settings();
        Settings tasks = section.section("tasks");
        int shots = tasks.integer("shots", 5, 1, 100_000);
        Recipe data = stages.named(stage, "data", Stages.CORPUS, EnumSet.of(Stage.Kind.AUGMENT))
                .map(each -> each.of(run))
                .orElseGet(() -> run.at(run.out() + "/" + Stages.CORPUS));
        StartingWeights start = StartingWeights.read(stages, stage, run);
        return new MetaPlan(
                stage.of(run).with(start.model()),
                data,
                start,
                MetaSettings.read(section.section("algorithm")),
                TrainSettings.read(section),
                TrainPlan.method(section.section("method")),
                tasks.optionalString("column"),
                tasks.integer("ways", 5, 2, 100_000),
                shots,
                tasks.integer("queries", shots, 1, 100_000),
                section.choice("device", DeviceChoice.class, DeviceChoice.AUTO),
                section.integer("patience", 10, 1, 10_000));
    }

    @Override
    public Optional<Recipe> rows() {
        return Optional.of(data);
    }

    @Override
    public void requireDevice() {
        Placement.of(new SparkConf(), device);
    }

    @Override
    public void run(SparkSession spark, boolean force) throws IOException {
        RunDirectory directory = Storages.directory(spark, recipe);
        try (Lock held = directory.lock(Clock.systemUTC(), force)) {
            Manifest augmented = Storages.directory(spark, data).finished(List.of(Corpus.AUGMENTED));
            start.prepare();
            String settings = fingerprint() + "; rows of " + augmented.from().fingerprint();
            if (!force && directory.has(TrainJob.METRICS)) {
                TrainJob.requireSame(directory, settings);
                return;
            }
            Place staging = directory.resumed("meta-learn", Sha256.of(settings));
            GpuStage stage = new GpuStage(
                    JavaSparkContext.fromSparkContext(spark.sparkContext()), device, Duration.ofMinutes(patience));
            MetaLearning learning = new MetaLearning(
                    staging.uri(),
                    recipe.model(),
                    train,
                    meta,
                    method,
                    ways,
                    shots,
                    queries,
                    recipe.seed(),
                    tasks(spark));
            List<Float> losses = stage.run(
                            "meta-learning",
                            List.of(new Piece<>("tasks", learning)),
                            (piece, given) -> new ArrayList<>(piece.run(given)))
                    .get(0);
            Map<String, Object> metrics = new LinkedHashMap<>();
            metrics.put("settings", settings);
            metrics.put("losses", losses);
            RunDirectory.write(staging.at(TrainJob.METRICS), metrics);
            directory.publish(staging, List.of("adapter", TrainJob.METRICS));
            System.out.printf(
                    "meta-learn: %d steps of %d tasks, loss %.3f at first and %.3f at last%nadapter: %s%n",
                    losses.size(), meta.tasks(), losses.get(0), losses.get(losses.size() - 1), directory.at("adapter"));
        }
    }

    /** Original training rows by their task; a class is numbered by its name's place among all. */
    private TreeMap<String, ArrayList<Example>> tasks(SparkSession spark) {
        String label = data.corpus()
                .label()
                .orElseThrow(() -> new InputException("corpus.label is missing: tasks are made of labelled rows"));
        RunDirectory directory = Storages.directory(spark, data);
        Dataset<Row> wanted = Storages.table(spark, directory.place(Corpus.AUGMENTED))
                .where(col("split").equalTo("train").and(col("augmentation").isNull()))
                .where(Columns.named(label).isNotNull())
                .select(
                        Columns.named(data.corpus().text()),
                        Columns.named(label).cast("string"),
                        column.map(Columns::named).orElse(lit("all")).cast("string"))
                .orderBy("id");
        List<Row> rows = Damage.told(data.out() + "/" + Corpus.AUGMENTED, wanted::collectAsList);
        TreeMap<String, Integer> labels = new TreeMap<>();
        rows.forEach(row -> labels.put(row.getString(1), 0));
        int number = 0;
        for (String name : labels.keySet()) {
            labels.put(name, number++);
        }
        TreeMap<String, ArrayList<Example>> tasks = new TreeMap<>();
        for (Row row : rows) {
            if (!row.isNullAt(2)) {
                tasks.computeIfAbsent(row.getString(2), any -> new ArrayList<>())
                        .add(new Example(row.getString(0), labels.getOrDefault(row.getString(1), 0)));
            }
        }
        return tasks;
    }

    private String fingerprint() {
        return String.join(
                "; ",
                "model " + recipe.model(),
                meta.toString(),
                train.toString(),
                method.toString(),
                "tasks " + column + " " + ways + " " + shots + " " + queries,
                "seed " + recipe.seed());
    }
}
