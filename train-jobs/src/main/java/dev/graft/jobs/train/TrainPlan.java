// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.adapt.Lora;
import dev.graft.adapt.LoraStart;
import dev.graft.adapt.Pooling;
import dev.graft.adapt.Targets;
import dev.graft.cluster.DeviceChoice;
import dev.graft.cluster.Placement;
import dev.graft.config.Settings;
import dev.graft.run.Recipe;
import dev.graft.train.TrainSettings;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;

/**
 * What {@code train} reads of a configuration; the section {@code augment} belongs to another step.
 *
 * @param arms what is compared, in the order of {@link Arm}; default all
 * @param seeds one training of each arm for each; default 1, 2, 3
 * @param device auto, cpu or gpu
 * @param warmStart whether the head starts as the frozen probe; default false
 * @param typos share of the words of the test part that get a typo in its second copy; default 0.1
 * @param patience minutes to wait for the cluster to start a task; default 10
 */
public record TrainPlan(
        Recipe recipe,
        TrainSettings train,
        Lora lora,
        List<Arm> arms,
        List<Long> seeds,
        DeviceChoice device,
        boolean warmStart,
        double typos,
        int patience) {
    private static final Lora LORA = new Lora(8, 16, 0.1, new Targets.Named(List.of("query", "value")));

    public static TrainPlan read(Settings root) {
        root.has("augment");
        root.has("search");
        root.has("output");
        Settings train = root.section("train");
        List<Long> seeds = train.seeds("seeds", List.of(1L, 2L, 3L));
        if (seeds.isEmpty() || seeds.stream().distinct().count() < seeds.size()) {
            seeds = train.problem("seeds", "one whole number or more, each once", List.of(1L));
        }
        TrainSettings settings = TrainSettings.read(train);
        boolean warmStart = train.flag("warm-start", false);
        if (warmStart && settings.pooling() == Pooling.FIRST) {
            train.problem(
                    "warm-start", "false with pooling = first, whose head does not see what the probe sees", false);
        }
        Settings section = train.section("lora");
        Lora lora = Lora.read(section, LORA);
        if (lora.start() == LoraStart.GRADIENT) {
            section.problem(
                    "init-lora-weights", "noise or pissa: the classifier's training runs no pass before it", lora);
        }
        return new TrainPlan(
                Recipe.read(root),
                settings,
                lora,
                arms(train),
                seeds,
                train.choice("device", DeviceChoice.class, DeviceChoice.AUTO),
                warmStart,
                train.number("typos", 0.1, 0, 1),
                train.integer("patience", 10, 1, 10_000));
    }

    private static List<Arm> arms(Settings train) {
        List<Arm> all = List.of(Arm.values());
        List<String> names = all.stream().map(Settings::name).toList();
        List<String> given = train.strings("arms", names);
        List<Arm> arms =
                all.stream().filter(arm -> given.contains(Settings.name(arm))).toList();
        if (!names.containsAll(given)
                || arms.size() < given.size()
                || arms.stream().noneMatch(Arm::tuned)) {
            return train.problem(
                    "arms",
                    "a list of " + String.join(", ", names) + ", each once, with one or more of "
                            + all.stream()
                                    .filter(Arm::tuned)
                                    .map(Settings::name)
                                    .collect(Collectors.joining(", ")),
                    all);
        }
        return arms;
    }

    /**
     * Looks at Spark's settings before it starts.
     *
     * @throws dev.graft.config.ConfigException if they have no device of the kind that is asked for
     */
    public void requireDevice() {
        Placement.of(new SparkConf(), device);
    }

    /** All that the result depends on, and nothing else. */
    String fingerprint() {
        return String.join(
                "; ",
                "model " + recipe.model(),
                "arms " + arms,
                "seeds " + seeds,
                train.toString(),
                lora.toString(),
                "warm-start " + warmStart,
                "typos " + typos);
    }
}
