// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.search;

import dev.graft.augment.operator.Operator;
import dev.graft.cluster.DeviceChoice;
import dev.graft.config.Settings;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.jobs.search.Space.Composition;
import dev.graft.run.Recipe;
import dev.graft.run.Stage;
import dev.graft.run.Stages;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What {@code search} reads of a configuration: the corpus, what stands in {@code augment} beside the operators, and the section
 * {@code search}.
 *
 * @param augment the configuration without a search
 * @param space what is tried
 * @param sampler {@code sampler}, how policies are found in it, default random
 * @param policies {@code policies}, how many are drawn, default 24
 * @param seeds {@code seeds}, most draws of copies that a policy is tried with, default 8
 * @param eta {@code eta}, of so many policies one is tried again with more seeds, default 3
 * @param trials {@code trials}, most trials; 0, the default, for no such bound
 * @param minutes {@code minutes}, most minutes; 0, the default, for no such bound
 * @param finals how the best are decided among
 * @param rows {@code rows}, most training rows, and most validation rows, by the hash of their id; default 2000
 */
public record SearchPlan(
        AugmentSettings augment,
        Space space,
        Sampler sampler,
        int policies,
        int seeds,
        int eta,
        int trials,
        int minutes,
        int rows,
        Finals finals,
        DeviceChoice device) {
    private static final List<String> OPERATORS = List.of(
            "synonym-replacement",
            "random-insertion",
            "random-swap",
            "random-deletion",
            "keyboard-typos",
            "word-split",
            "case-change",
            "contraction",
            "expansion",
            "sentence-shuffle");

    /** How policies are found. */
    enum Sampler {
        /** Each is drawn, with one strength for its operators (RandAugment). */
        RANDOM,
        /** By a {@link ParzenEstimator} of those that were tried, with a strength for each operator (Text AutoAugment). */
        TPE
    }

    public static SearchPlan read(Settings root) {
        Stages stages = Stages.read(root);
        root.has("compare");
        Optional<Stage> stage = stages.only(root, Stage.Kind.SEARCH, Optional.empty());
        root.has("output");
        return read(
                root,
                Recipe.read(root),
                stage.orElseGet(() -> new Stage("search", Stage.Kind.SEARCH, root.section("search"), "")));
    }

    /** Of a stage of a recipe that is read; policies are tried without other filters than their own. */
    public static SearchPlan read(Settings root, Recipe run, Stage stage) {
        Stage none = new Stage(stage.name(), Stage.Kind.AUGMENT, root.section("augment"), stage.folder());
        return read(root, stage.settings(), AugmentSettings.read(root, run, none));
    }

    private static SearchPlan read(Settings root, Settings search, AugmentSettings augment) {
        List<String> known = Stream.of(Operator.values()).map(Settings::name).toList();
        List<String> operators = search.strings("operators", OPERATORS);
        if (operators.isEmpty() || !operators.stream().allMatch(each -> Space.isRead("operator = " + each))) {
            operators = search.problem(
                    "operators",
                    "a list of operators that need no file of their own: "
                            + String.join(
                                    ", ",
                                    known.stream()
                                            .filter(each -> Space.isRead("operator = " + each))
                                            .toList()),
                    List.of("random-swap"));
        }
        List<String> names =
                Arrays.stream(Composition.values()).map(Settings::name).toList();
        List<String> compositions = search.strings("compositions", names);
        if (compositions.isEmpty() || !names.containsAll(compositions)) {
            compositions = search.problem("compositions", "a list of " + String.join(", ", names), names);
        }
        List<String> given = compositions;
        augment.recipe().corpus().requireClasses(root, ": policies are compared by a classifier");
        return new SearchPlan(
                augment,
                new Space(
                        operators,
                        numbers(search, "strengths", List.of(0.05, 0.1, 0.2, 0.3), each -> each > 0 && each <= 1),
                        numbers(search, "copies", List.of(1.0, 2.0, 4.0), each -> each >= 1 && each <= 100).stream()
                                .map(Double::intValue)
                                .toList(),
                        search.integer("together", 3, 1, 10),
                        Arrays.stream(Composition.values())
                                .filter(each -> given.contains(Settings.name(each)))
                                .toList(),
                        numbers(search, "similarities", List.of(-1.0, 0.7, 0.85), each -> each >= -1 && each < 1)),
                search.choice("sampler", Sampler.class, Sampler.RANDOM),
                search.integer("policies", 24, 1, 10_000),
                search.integer("seeds", 8, 1, 1000),
                search.integer("eta", 3, 2, 100),
                search.integer("trials", 0, 0, 1_000_000),
                search.integer("minutes", 0, 0, 100_000),
                search.integer("rows", 2000, 10, 1_000_000),
                Finals.read(search.section("finals")),
                search.choice("device", DeviceChoice.class, DeviceChoice.AUTO));
    }

    private static List<Double> numbers(Settings search, String key, List<Double> fallback, Predicate<Double> allowed) {
        List<String> given =
                search.strings(key, fallback.stream().map(SearchPlan::shown).toList());
        try {
            List<Double> read = given.stream().map(Double::valueOf).toList();
            if (!read.isEmpty() && read.stream().allMatch(allowed)) {
                return read;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        return search.problem(key, "a list of numbers such as " + fallback, fallback);
    }

    private static String shown(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }

    /** All that a trial of the finals depends on but its policy, its seed, the rows and what {@link #fingerprint} says. */
    String ofFinals() {
        return finals + "; " + augment.recipe().model();
    }

    /** All that a trial depends on but its policy and its seed. */
    String fingerprint() {
        return String.join(
                "; ",
                "model " + augment.recipe().model(),
                "rows " + rows,
                augment.values().toString(),
                space.toString(),
                "sampler " + sampler,
                "policies " + policies + ", seeds " + seeds + ", eta " + eta);
    }
}
