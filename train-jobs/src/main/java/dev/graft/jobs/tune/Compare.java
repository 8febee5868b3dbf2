// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.config.Settings;
import dev.graft.run.Recipe;
import dev.graft.run.Stage;
import dev.graft.run.Stages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How a training stage is judged: the section {@code compare}, for the stage that it names; a stage that it does not name is
 * trained once. Of a training stage at the top of the file the keys may stand in its own section.
 *
 * @param arms what is compared, in the order of {@link Arm.Kind}; default all that the objective knows
 * @param seeds one training of each arm for each; default 1, 2, 3, or the run's seed where nothing is compared
 * @param perClass training rows of each class that a seed draws, the same for all arms, each with its copies; 0, the default, for
 *     all rows with every seed
 * @param noises of further copies of the test part, each a test of its own name
 */
public record Compare(List<Arm> arms, List<Long> seeds, int perClass, List<TestNoise> noises) {
    private static final List<String> KEYS = List.of("seeds", "arms", "tests", "per-class");

    /** Of what a stage makes of its rows, whether there are copies among them or not. */
    private static final String TUNED = "tuned";

    private static final int MOST = 1_000_000_000;

    public Compare {
        arms = List.copyOf(arms);
        seeds = List.copyOf(seeds);
        noises = List.copyOf(noises);
    }

    /**
     * Of a stage.
     *
     * @param known the arms that its objective knows
     * @param drawn whether training rows of each class can be drawn
     */
    public static Compare read(
            Settings root, Recipe run, Stages stages, Stage stage, List<Arm.Kind> known, boolean drawn) {
        boolean own = stage.isAtTheTop() && KEYS.stream().anyMatch(stage.settings()::has);
        if (own && root.has("compare")) {
            root.section("compare").leave();
            root.problem("compare", "nothing, where " + stage.name() + " has keys of it", "");
        }
        if (!own && !(root.has("compare") && isMeant(root.section("compare"), stages, stage))) {
            return new Compare(List.of(Arm.of(known.get(known.size() - 1))), List.of(run.seed()), 0, List.of());
        }
        Settings compare = own ? stage.settings() : root.section("compare");
        List<Long> seeds = compare.seeds("seeds", List.of(1L, 2L, 3L));
        if (seeds.isEmpty() || seeds.stream().distinct().count() < seeds.size()) {
            seeds = compare.problem("seeds", "one whole number or more, each once", List.of(1L));
        }
        // The rows of what teaches tokens are streamed, and not drawn of.
        int perClass = drawn ? compare.integer("per-class", 0, 0, MOST) : 0;
        return new Compare(
                arms(compare, known, section -> StartingWeights.read(stages, stage, section, run)),
                seeds,
                perClass,
                noises(compare));
    }

    /** Without a name the last training stage is. */
    private static boolean isMeant(Settings compare, Stages stages, Stage stage) {
        List<String> trained = stages.all().stream()
                .filter(each -> each.kind() == Stage.Kind.TRAIN)
                .map(Stage::name)
                .toList();
        String named = compare.string("stage", trained.get(trained.size() - 1));
        if (!trained.contains(named)) {
            compare.problem("stage", "a stage of kind train: " + String.join(", ", trained), "");
        }
        if (!named.equals(stage.name())) {
            compare.leave();
        }
        return named.equals(stage.name());
    }

    private static List<Arm> arms(Settings compare, List<Arm.Kind> known, Function<Settings, StartingWeights> weights) {
        if (!compare.has("arms")) {
            return known.stream().map(Arm::of).toList();
        }
        Map<String, Arm.Kind> kinds = new LinkedHashMap<>();
        known.forEach(kind -> kinds.put(Settings.name(kind), kind));
        kinds.put(TUNED, Arm.Kind.AUGMENTED);
        List<Settings> given = compare.entries("arms");
        List<Arm> arms = new ArrayList<>();
        for (Settings section : given) {
            String name = section.string("name");
            Arm.Kind kind = kinds.get(name);
            if (section.has("from") && kind == null && name.matches("[a-z0-9][a-z0-9-]{0,59}")) {
                arms.add(new Arm(name, Arm.Kind.OTHER_START, weights.apply(section)));
            } else if (section.has("from")) {
                section.string("from");
                section.problem(
                        "name", "small letters, digits and -, other than " + String.join(", ", kinds.keySet()), "");
            } else if (kind != null) {
                arms.add(new Arm(name, kind, null));
            }
        }
        // What is exported is of the stage's own weights.
        boolean ours = arms.stream().anyMatch(arm -> arm.kind().tuned() && !arm.is(Arm.Kind.OTHER_START));
        long distinct = arms.stream()
                .map(arm -> arm.is(Arm.Kind.OTHER_START) ? arm.name() : arm.kind())
                .distinct()
                .count();
        return ours && distinct == given.size()
                ? arms.stream().sorted().toList()
                : compare.problem(
                        "arms",
                        "a list of " + String.join(", ", kinds.keySet()) + " (which is "
                                + Settings.name(Arm.Kind.AUGMENTED)
                                + ") and sections { name = ..., from = STAGE }, each once, with one or more of "
                                + known.stream()
                                        .filter(Arm.Kind::tuned)
                                        .map(Settings::name)
                                        .collect(Collectors.joining(", ")),
                        known.stream().map(Arm::of).toList());
    }

    /** The arm of a kind that has one name, if it is asked for. */
    public Optional<Arm> arm(Arm.Kind kind) {
        return arms.stream().filter(arm -> arm.is(kind)).findFirst();
    }

    /** The arms that tune nothing. */
    public List<Arm> untuned() {
        return arms.stream().filter(arm -> !arm.kind().tuned()).toList();
    }

    /** The arm whose adapter is the stage's: the last that starts with the stage's weights. */
    public Arm exported() {
        List<Arm> ours = arms.stream().filter(arm -> arm.start() == null).toList();
        return ours.get(ours.size() - 1);
    }

    /** Beside the stage's own. */
    public List<StartingWeights> otherWeights() {
        return arms.stream().map(Arm::start).filter(Objects::nonNull).toList();
    }

    private static List<TestNoise> noises(Settings compare) {
        if (!compare.has("tests")) {
            return List.of(TestNoise.typos(0.1));
        }
        List<TestNoise> noises = new ArrayList<>();
        List<Settings> tests = compare.entries("tests");
        for (Settings test : tests) {
            if (test.has("test-with")) {
                noises.add(TestNoise.read(test));
            } else if (!test.string("name").equals(TestNoise.TEST)) {
                test.problem("name", "test, or a section such as { test-with = keyboard-typos, alpha = 0.1 }", "");
            }
        }
        long names = noises.stream().map(TestNoise::name).distinct().count();
        return tests.size() - noises.size() == 1 && names == noises.size()
                ? noises
                : compare.problem(
                        "tests", "test once, and sections { test-with = ... } each of a name of its own", List.of());
    }
}
