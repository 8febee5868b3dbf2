// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.report.Measure;
import dev.graft.stats.Interval;
import dev.graft.train.Figures;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The arms of a stage that teaches tokens side by side, over all seeds.
 *
 * @param kind says which figure decides
 * @param arms that have results, in their order
 * @param results of each arm the same seeds, in one order
 */
record TuneComparison(ObjectiveKind kind, List<Arm> arms, List<TuneTask.Result> results) {
    TuneComparison {
        List<TuneTask.Result> all = List.copyOf(results);
        arms = arms.stream()
                .filter(arm -> all.stream().anyMatch(each -> each.arm().equals(arm.name())))
                .toList();
        results = all;
    }

    /** One for each seed. */
    List<TuneTask.Result> of(Arm arm) {
        return results.stream().filter(each -> each.arm().equals(arm.name())).toList();
    }

    /** What the arms are tested on: the test part first, and its noised copies, or the validation part. */
    Set<String> tests() {
        return new LinkedHashSet<>(results.get(0).after().keySet());
    }

    /** The arm whose figures before it learns are those of the stage's own weights. */
    Arm before() {
        return arms.stream()
                .filter(arm -> arm.kind().tuned() && arm.start() == null)
                .findFirst()
                .orElseThrow();
    }

    /** The figure that decides, mean and 95 % interval over the seeds, of each arm and before any of them. */
    String table() {
        String main = kind.main().title();
        StringBuilder table = new StringBuilder(String.format("%-24s %8s %6s", "arm", "rows", "steps"));
        tests().forEach(test -> table.append(cell(test, main + ", " + test)));
        table.append(String.format("%n%-24s %8s %6s", "before", "-", "-"));
        tests().forEach(test ->
                table.append(cell(test, shown(of(before()).stream().map(TuneTask.Result::before), test, false))));
        for (Arm arm : arms) {
            List<TuneTask.Result> ours = of(arm);
            int steps = ours.get(0).losses().size();
            table.append(String.format(
                    "%n%-24s %8d %6s",
                    arm.name(), ours.get(0).rows(), arm.kind().tuned() ? steps : "-"));
            tests().forEach(test -> table.append(cell(
                    test,
                    shown(
                            ours.stream().map(TuneTask.Result::after),
                            test,
                            arm.kind().tuned()))));
        }
        return table.append(String.format("%n")).toString();
    }

    private String cell(String test, String text) {
        return String.format(" %" + Math.max(20, kind.main().title().length() + 2 + test.length()) + "s", text);
    }

    /** @param drawn whether seeds change it: what they don't has no interval */
    private String shown(Stream<Map<String, Figures>> seeds, String test, boolean drawn) {
        Interval interval =
                Interval.of(seeds.mapToDouble(each -> figure(each, test)).toArray());
        return !drawn || Double.isNaN(interval.halfWidth())
                ? String.format(Locale.ROOT, "%.4f", interval.mean())
                : String.format(Locale.ROOT, "%.4f ± %.4f", interval.mean(), interval.halfWidth());
    }

    private double figure(Map<String, Figures> tests, String test) {
        return ObjectiveKind.value(kind.main(), Objects.requireNonNull(tests.get(test)))
                .orElse(Double.NaN);
    }

    /** All figures of what tunes nothing and of what is exported, with the first seed, a line each test. */
    String figures(Arm exported) {
        StringBuilder text = new StringBuilder();
        for (Arm arm : arms) {
            if (!arm.kind().tuned() || arm.equals(exported)) {
                of(arm).get(0)
                        .after()
                        .forEach((test, figures) ->
                                text.append(String.format("%s, %s: %s%n", arm.name(), test, figures)));
            }
        }
        return text.toString();
    }

    private Optional<Arm> first(Arm.Kind... kinds) {
        return Stream.of(kinds)
                .flatMap(wanted -> arms.stream().filter(arm -> arm.is(wanted)))
                .findFirst();
    }

    /** What the intervals of the differences, seed by seed, allow to say: of the copies, of other weights, and of tuning. */
    List<String> conclusions() {
        List<String> sentences = new ArrayList<>();
        Optional<Arm> originals = first(Arm.Kind.ORIGINALS_EQUAL_STEPS, Arm.Kind.ORIGINALS);
        Optional<Arm> augmented = first(Arm.Kind.AUGMENTED);
        if (originals.isPresent() && augmented.isPresent()) {
            sentences.addAll(sentences(
                    "Against " + originals.get().name() + ", augmentation", augmented.get(), originals.get()));
        }
        Optional<Arm> ours = augmented.or(() -> originals);
        for (Arm other : arms) {
            if (other.start() != null && ours.isPresent()) {
                sentences.addAll(
                        sentences("Against " + other.name() + ", " + ours.get().name(), ours.get(), other));
            }
        }
        Optional<Arm> probe = first(Arm.Kind.FROZEN_PROBE);
        Optional<Arm> tuned = originals.or(() -> augmented);
        if (probe.isPresent() && tuned.isPresent()) {
            sentences.addAll(sentences(
                    "Against the frozen probe, tuning (" + tuned.get().name() + ")", tuned.get(), probe.get()));
        }
        return sentences;
    }

    /** On each test; one seed allows none. */
    private List<String> sentences(String what, Arm arm, Arm baseline) {
        List<TuneTask.Result> ours = of(arm);
        List<TuneTask.Result> theirs = of(baseline);
        return ours.size() < 2
                ? List.of()
                : tests().stream()
                        .map(test -> sentence(what, test, difference(ours, theirs, test)))
                        .toList();
    }

    private Interval difference(List<TuneTask.Result> ours, List<TuneTask.Result> theirs, String test) {
        double[] differences = new double[ours.size()];
        for (int i = 0; i < differences.length; i++) {
            differences[i] =
                    figure(ours.get(i).after(), test) - figure(theirs.get(i).after(), test);
        }
        return Interval.of(differences);
    }

    private String sentence(String what, String test, Interval gain) {
        Measure main = kind.main();
        String verdict = switch (main.verdict(gain)) {
            case BETTER -> "it helps.";
            case WORSE -> "it harms.";
            case UNCLEAR, ONE_SEED -> "no difference can be shown.";
        };
        return String.format(
                Locale.ROOT,
                "%s changes the %s on %s by %+.4f (95 %% interval %+.4f to %+.4f, %d seeds): %s",
                what,
                main.title(),
                test,
                gain.mean(),
                gain.low(),
                gain.high(),
                gain.values(),
                verdict);
    }
}
