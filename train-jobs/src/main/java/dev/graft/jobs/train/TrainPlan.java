// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.adapt.Lora;
import dev.graft.adapt.Method;
import dev.graft.adapt.Methods;
import dev.graft.adapt.Pooling;
import dev.graft.adapt.Targets;
import dev.graft.cluster.DeviceChoice;
import dev.graft.cluster.Placement;
import dev.graft.config.Settings;
import dev.graft.corpus.LabelKind;
import dev.graft.jobs.tune.Arm;
import dev.graft.jobs.tune.Compare;
import dev.graft.jobs.tune.ObjectiveKind;
import dev.graft.jobs.tune.StartingWeights;
import dev.graft.run.Recipe;
import dev.graft.run.Stage;
import dev.graft.run.Stages;
import dev.graft.train.ConsistencyTraining;
import dev.graft.train.SelfTraining;
import dev.graft.train.TrainSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * A training stage that teaches the classes of texts.
 *
 * @param recipe of the stage, whose directory is its own
 * @param data directory of the rows: that of an augmenting stage
 * @param start whose weights it starts with
 * @param device auto, cpu or gpu
 * @param warmStart whether the head starts as the frozen probe; default false
 * @param balanced whether rows of rarer classes are repeated until all classes have as many, so that a batch holds all alike in
 *     the mean, for as many steps as without; default false
 * @param consistency of the arm {@code consistent}; null, the default, for none
 * @param selfTraining of the arm {@code self-trained}; null, the default, for none
 * @param patience minutes to wait for the cluster to start a task; default 10
 */
public record TrainPlan(
        Recipe recipe,
        Recipe data,
        StartingWeights start,
        TrainSettings train,
        Method method,
        Compare compare,
        DeviceChoice device,
        boolean warmStart,
        boolean balanced,
        @Nullable ConsistencyTraining consistency,
        @Nullable SelfTraining selfTraining,
        int patience)
        implements PlannedTraining {
    private static final Lora LORA = new Lora(8, 16, 0.1, new Targets.Named(List.of("query", "value")));

    /**
     * Of the classifying stage of a recipe.
     *
     * @param name of the stage; empty where it is the only one that trains
     */
    public static TrainPlan read(Settings root, Optional<String> name) {
        if (PlannedTraining.read(root, name) instanceof TrainPlan plan) {
            return plan;
        }
        throw new IllegalArgumentException(
                "the stage trains no classifier; allowed is one with objective { kind = classify }");
    }

    public static TrainPlan read(Settings root, Recipe run, Stages stages, Stage stage) {
        Settings section = stage.settings();
        Settings objective = section.section("objective");
        objective.choice("kind", ObjectiveKind.class, ObjectiveKind.CLASSIFY);
        if (run.corpus().labelKind() != LabelKind.CLASS) {
            run.corpus().requireClasses(root, " with objective.kind = classify");
        }
        TrainSettings train = TrainSettings.read(section);
        boolean warmStart = objective.flag("warm-start", false);
        if (warmStart && train.pooling() == Pooling.FIRST) {
            objective.problem(
                    "warm-start", "false with pooling = first, whose head does not see what the probe sees", false);
        }
        Recipe data = stages.named(stage, "data", Stages.CORPUS, EnumSet.of(Stage.Kind.AUGMENT))
                .map(each -> each.of(run))
                .orElseGet(() -> run.at(run.out() + "/" + Stages.CORPUS));
        StartingWeights start = StartingWeights.read(stages, stage, run);
        Compare compare = Compare.read(root, run, stages, stage, arms(objective), true);
        if (warmStart && compare.perClass() > 0) {
            objective.problem(
                    "warm-start", "false with compare.per-class, whose probes are of each seed's rows", false);
        }
        if (warmStart && !compare.otherWeights().isEmpty()) {
            objective.problem("warm-start", "false with arms of other weights, whose probes would be others", false);
        }
        return new TrainPlan(
                stage.of(run).with(start.model()),
                data,
                start,
                train,
                method(section.section("method")),
                compare,
                section.choice("device", DeviceChoice.class, DeviceChoice.AUTO),
                warmStart,
                section.flag("balanced", false),
                objective.has("consistency") ? ConsistencyTraining.read(objective.section("consistency")) : null,
                objective.has("self-training") ? SelfTraining.read(objective.section("self-training")) : null,
                section.integer("patience", 10, 1, 10_000));
    }

    /** Those that learn of rows without a label are known where it is said how. */
    private static List<Arm.Kind> arms(Settings objective) {
        return Stream.of(Arm.Kind.values())
                .filter(kind -> kind != Arm.Kind.OTHER_START)
                .filter(kind -> kind != Arm.Kind.CONSISTENT || objective.has("consistency"))
                .filter(kind -> kind != Arm.Kind.SELF_TRAINED || objective.has("self-training"))
                .toList();
    }

    static Method method(Settings section) {
        boolean lora = section.string("kind", "lora").equals("lora");
        return lora ? Lora.read(section, LORA) : Methods.read(section);
    }

    @Override
    public Optional<Recipe> rows() {
        return Optional.of(data);
    }

    @Override
    public List<String> check(CorpusRows corpus, PrintWriter out) throws IOException {
        return ClassCheck.run(this, corpus, out);
    }

    @Override
    public void run(SparkSession spark, boolean force) throws IOException {
        TrainJob.run(spark, this, force);
    }

    List<Arm> arms() {
        return compare.arms();
    }

    /** What an arm starts with: weights of its own, or the stage's. */
    StartingWeights start(Arm arm) {
        return arm.start() == null ? start : arm.start();
    }

    List<Long> seeds() {
        return compare.seeds();
    }

    @Override
    public void requireDevice() {
        Placement.of(new SparkConf(), device);
    }

    /** All that the result depends on, and nothing else. */
    String fingerprint() {
        return String.join(
                "; ",
                "model " + recipe.model(),
                compare.toString(),
                train.toString(),
                method.toString(),
                "warm-start " + warmStart + ", balanced " + balanced,
                "consistency " + consistency + ", self-training " + selfTraining);
    }
}
