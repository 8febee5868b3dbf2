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
import dev.graft.jobs.tune.Chained;
import dev.graft.jobs.tune.Compare;
import dev.graft.jobs.tune.ObjectiveKind;
import dev.graft.run.Recipe;
import dev.graft.run.Stage;
import dev.graft.run.Stages;
import dev.graft.train.ConsistencyTraining;
import dev.graft.train.SelfTraining;
import dev.graft.train.TrainSettings;
import java.io.IOException;
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
 * @param from whose weights it starts with, folded into the model; without one it is the model as it is
 * @param start directory of the stage whose adapter each training goes on with but for the head; empty for a new one
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
        Optional<Chained> from,
        Optional<String> start,
        TrainSettings train,
        Method method,
        Compare compare,
        DeviceChoice device,
        boolean warmStart,
        boolean balanced,
        @Nullable ConsistencyTraining consistency,
        @Nullable SelfTraining selfTraining,
        int patience)
        implements TrainJob.Planned {
    private static final Lora LORA = new Lora(8, 16, 0.1, new Targets.Named(List.of("query", "value")));

    /**
     * Of the classifying stage of a recipe.
     *
     * @param name of the stage; empty where it is the only one that trains
     */
    public static TrainPlan read(Settings root, Optional<String> name) {
        if (TrainJob.read(root, name) instanceof TrainPlan plan) {
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
        Optional<String> start = start(run, stages, stage);
        Optional<Chained> from = start.isPresent() ? Optional.empty() : Chained.read(stages, stage, run);
        Compare compare = Compare.read(root, run.seed(), stages, stage, arms(objective));
        if (warmStart && compare.perClass() > 0) {
            objective.problem(
                    "warm-start", "false with compare.per-class, whose probes are of each seed's rows", false);
        }
        return new TrainPlan(
                from.map(each -> stage.of(run).with(each.merged())).orElse(stage.of(run)),
                data,
                from,
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

    /** Of a stage that meta-learns. */
    private static Optional<String> start(Recipe run, Stages stages, Stage stage) {
        String given = stage.settings().string("from", Stages.MODEL);
        return stages.all().subList(0, stages.all().indexOf(stage)).stream()
                .filter(each ->
                        each.kind() == Stage.Kind.META_LEARN && each.name().equals(given))
                .findFirst()
                .map(each -> each.of(run).out());
    }

    /** Those that learn of rows without a label are known where it is said how. */
    private static List<Arm> arms(Settings objective) {
        return Stream.of(Arm.values())
                .filter(arm -> arm != Arm.CONSISTENT || objective.has("consistency"))
                .filter(arm -> arm != Arm.SELF_TRAINED || objective.has("self-training"))
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
    public void run(SparkSession spark, boolean force) throws IOException {
        TrainJob.run(spark, this, force);
    }

    List<Arm> arms() {
        return compare.arms();
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
