// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.jobs.tune.Arm;
import dev.graft.jobs.tune.TestNoise;
import dev.graft.stats.Interval;
import dev.graft.stats.Metrics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The arms side by side, over all seeds. Whatever comes out is what is printed.
 *
 * @param trainedAs what stands for each arm, in the order of the table: the arm itself, or the one before it whose
 *     training is the same
 * @param tests names of what the arms are tested on, the part as it is first
 * @param results of what was trained
 */
record Comparison(Map<Arm, Arm> trainedAs, List<String> tests, List<Training.Result> results) {
    Comparison {
        tests = List.copyOf(tests);
        results = results.stream()
                .sorted(Comparator.comparing(Training.Result::seed))
                .toList();
    }

    List<Arm> arms() {
        return List.copyOf(trainedAs.keySet());
    }

    /** Whose training stands for an arm: its own, or an earlier arm's. */
    Arm trained(Arm arm) {
        return trainedAs.getOrDefault(arm, arm);
    }

    /** A figure of each result, by its name. */
    private Map<String, ToDoubleFunction<Training.Result>> figures() {
        Map<String, ToDoubleFunction<Training.Result>> figures = new LinkedHashMap<>();
        for (String test : tests) {
            String suffix = test.equals(TestNoise.TEST) ? "" : ", " + test;
            figures.put("accuracy" + suffix, result -> result.test(test).accuracy());
            figures.put("macro-F1" + suffix, result -> result.test(test).macroF1());
        }
        return figures;
    }

    /** The figures of each arm, as mean and half width of the 95 % interval (null with one seed, and where nothing is drawn). */
    Map<String, Object> metrics(String settings) {
        Map<String, Object> arms = new LinkedHashMap<>();
        trainedAs.forEach((arm, trained) -> {
            Map<String, Object> figures = new LinkedHashMap<>();
            if (!arm.equals(trained)) {
                figures.put("same-training-as", trained.name());
            }
            figures().forEach((name, figure) -> figures.put(name, json(interval(arm, figure))));
            of(arm).stream().findFirst().ifPresent(first -> {
                figures.put("rows", first.rows());
                figures.put("steps", first.losses().size());
            });
            figures.put(
                    "seeds",
                    isDrawn(arm) ? of(arm).stream().map(Training.Result::seed).toList() : List.of());
            arms.put(arm.name(), figures);
        });
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("settings", settings);
        all.put("arms", arms);
        all.put("conclusions", conclusions());
        return all;
    }

    String table() {
        StringBuilder table = new StringBuilder(String.format("%-24s %6s %6s", "arm", "rows", "steps"));
        figures().keySet().forEach(name -> table.append(String.format(" %" + width(name) + "s", name)));
        trainedAs.forEach((arm, trained) -> {
            Training.Result first = of(arm).get(0);
            table.append(String.format(
                    "%n%-24s %6d %6s",
                    arm.name(),
                    first.rows(),
                    arm.kind().tuned() ? String.valueOf(first.losses().size()) : "-"));
            if (arm.equals(trained)) {
                figures()
                        .forEach((name, figure) ->
                                table.append(String.format(" %" + width(name) + "s", shown(interval(arm, figure)))));
            } else {
                table.append("   the same training as ").append(trained.name());
            }
        });
        table.append(String.format("%n%n"));
        conclusions().forEach(sentence -> table.append(String.format("%s%n", sentence)));
        return table.toString();
    }

    private static int width(String column) {
        return Math.max(18, column.length());
    }

    /** What the intervals allow to say: of the copies at equal steps, and of tuning against the frozen probe. */
    List<String> conclusions() {
        List<String> sentences = new ArrayList<>();
        Optional<Arm> originals = first(Arm.Kind.ORIGINALS_EQUAL_STEPS, Arm.Kind.ORIGINALS);
        Optional<Arm> augmented = first(Arm.Kind.AUGMENTED);
        if (augmented.isPresent() && originals.isPresent()) {
            if (trained(augmented.get()).equals(trained(originals.get()))) {
                sentences.add("No copies were kept: there is nothing to compare.");
            } else {
                String what = steps(augmented.get()) == steps(originals.get())
                        ? "At equal steps, augmentation changes"
                        : "With more steps too, augmentation changes";
                sentences.addAll(sentences(what, augmented.get(), originals.get()));
            }
        }
        Optional<Arm> ours = augmented.or(() -> originals);
        for (Arm arm : arms()) {
            if (arm.kind().usesUnlabelled() && originals.isPresent()) {
                sentences.addAll(sentences("With unlabelled rows, " + arm.name() + " changes", arm, originals.get()));
            }
            if (arm.is(Arm.Kind.OTHER_START) && ours.isPresent()) {
                sentences.addAll(
                        sentences("Against " + arm.name() + ", " + ours.get().name() + " changes", ours.get(), arm));
            }
        }
        Optional<Arm> tuned = first(Arm.Kind.ORIGINALS_EQUAL_STEPS, Arm.Kind.ORIGINALS, Arm.Kind.AUGMENTED);
        Optional<Arm> probe = first(Arm.Kind.FROZEN_PROBE);
        if (probe.isPresent() && tuned.isPresent()) {
            String what =
                    "Against the frozen probe, tuning (" + trained(tuned.get()).name() + ") changes";
            sentences.addAll(sentences(what, tuned.get(), probe.get()));
        }
        return sentences;
    }

    /** On each test. */
    private List<String> sentences(String what, Arm arm, Arm baseline) {
        return tests.stream()
                .map(test -> sentence(what, test, difference(arm, baseline, test)))
                .toList();
    }

    /** The first of these kinds that there is. */
    private Optional<Arm> first(Arm.Kind... wanted) {
        return Stream.of(wanted)
                .flatMap(kind -> arms().stream().filter(arm -> arm.is(kind)))
                .findFirst();
    }

    private int steps(Arm arm) {
        return of(arm).get(0).losses().size();
    }

    /** Of accuracies, which come in steps of a row: what is less than a millionth is the rounding of a sum. */
    private static String sentence(String what, String test, Interval gain) {
        String measure = test.equals(TestNoise.TEST) ? "accuracy" : "accuracy on the test part with " + test;
        String start = String.format(Locale.ROOT, "%s %s by %+.1f points", what, measure, 100 * gain.mean());
        if (gain.values() < 2) {
            return start + ", from one seed: no interval, nothing can be concluded.";
        }
        String interval = String.format(
                Locale.ROOT,
                " (95 %% interval %+.1f to %+.1f, %d seeds)",
                100 * gain.low(),
                100 * gain.high(),
                gain.values());
        String verdict =
                gain.low() > 1e-6 ? "it helps." : gain.high() < -1e-6 ? "it harms." : "no difference can be shown.";
        return start + interval + ": " + verdict;
    }

    /** Of accuracy, seed by seed. */
    private Interval difference(Arm arm, Arm baseline, String test) {
        List<Training.Result> ours = of(arm);
        List<Training.Result> theirs = of(baseline);
        double[] differences = new double[ours.size()];
        for (int i = 0; i < differences.length; i++) {
            differences[i] =
                    ours.get(i).test(test).accuracy() - theirs.get(i).test(test).accuracy();
        }
        return Interval.of(differences);
    }

    /** One for each seed. */
    List<Training.Result> of(Arm arm) {
        return results.stream()
                .filter(result -> result.arm().equals(trained(arm).name()))
                .toList();
    }

    /** The confusion of all seeds of an arm on the test part, added up, and F1 from it. */
    Metrics pooled(Arm arm) {
        List<Integer> expected = new ArrayList<>();
        List<Integer> predicted = new ArrayList<>();
        int classes = of(arm).get(0).test().f1().size();
        for (Training.Result result : of(arm)) {
            List<List<Integer>> confusion = result.test().confusion();
            for (int i = 0; i < classes; i++) {
                for (int j = 0; j < classes; j++) {
                    for (int n = 0; n < confusion.get(i).get(j); n++) {
                        expected.add(i);
                        predicted.add(j);
                    }
                }
            }
        }
        return Metrics.of(
                expected.stream().mapToInt(Integer::intValue).toArray(),
                predicted.stream().mapToInt(Integer::intValue).toArray(),
                classes);
    }

    /** Whether a seed changes anything: of what tunes nothing, where each has rows of its own. */
    private boolean isDrawn(Arm arm) {
        return arm.kind().tuned()
                || of(arm).stream().map(result -> result.withSeed(0)).distinct().count() > 1;
    }

    /** What is not drawn has one value, and no interval. */
    Interval interval(Arm arm, ToDoubleFunction<Training.Result> figure) {
        return Interval.of(of(arm).stream()
                .limit(isDrawn(arm) ? Long.MAX_VALUE : 1)
                .mapToDouble(figure)
                .toArray());
    }

    private static Map<String, Object> json(Interval interval) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mean", interval.mean());
        json.put("halfWidth", Double.isNaN(interval.halfWidth()) ? null : interval.halfWidth());
        return json;
    }

    private static String shown(Interval interval) {
        return Double.isNaN(interval.halfWidth())
                ? String.format(Locale.ROOT, "%.1f", 100 * interval.mean())
                : String.format(Locale.ROOT, "%.1f ± %.1f", 100 * interval.mean(), 100 * interval.halfWidth());
    }
}
