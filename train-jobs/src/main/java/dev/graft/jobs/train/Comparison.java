// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.config.Settings;
import dev.graft.stats.Interval;
import dev.graft.stats.Metrics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The arms side by side, over all seeds. Whatever comes out is what is printed. */
record Comparison(List<Training.Result> results) {
    Comparison {
        results = results.stream()
                .sorted(Comparator.comparing(Training.Result::arm).thenComparing(Training.Result::seed))
                .toList();
    }

    /** A figure of each result, by its name. */
    private static Map<String, ToDoubleFunction<Training.Result>> figures() {
        Map<String, ToDoubleFunction<Training.Result>> figures = new LinkedHashMap<>();
        figures.put("accuracy", result -> result.test().accuracy());
        figures.put("macro-F1", result -> result.test().macroF1());
        figures.put("accuracy, typos", result -> result.testWithTypos().accuracy());
        figures.put("macro-F1, typos", result -> result.testWithTypos().macroF1());
        return figures;
    }

    /** The figures of each arm, as mean and half width of the 95 % interval (null with one seed). */
    Map<String, Object> metrics(String settings) {
        Map<String, Object> arms = new LinkedHashMap<>();
        for (Arm arm : Arm.values()) {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures().forEach((name, figure) -> figures.put(name, json(interval(arm, figure))));
            of(arm).stream().findFirst().ifPresent(first -> {
                figures.put("rows", first.rows());
                figures.put("steps", first.losses().size());
            });
            figures.put("seeds", of(arm).stream().map(Training.Result::seed).toList());
            arms.put(Settings.name(arm), figures);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("settings", settings);
        all.put("arms", arms);
        all.put("augmented minus originals-equal-steps, by seed", json(gain()));
        all.put("conclusion", conclusion());
        return all;
    }

    String table() {
        StringBuilder table = new StringBuilder(String.format("%-24s %6s %6s", "arm", "rows", "steps"));
        figures().keySet().forEach(name -> table.append(String.format(" %18s", name)));
        for (Arm arm : Arm.values()) {
            Training.Result first = of(arm).get(0);
            table.append(String.format(
                    "%n%-24s %6d %6d",
                    Settings.name(arm), first.rows(), first.losses().size()));
            figures().values().forEach(figure -> table.append(String.format(" %18s", shown(interval(arm, figure)))));
        }
        return table.append(String.format("%n%n%s%n", conclusion())).toString();
    }

    /** What the intervals allow to say. */
    String conclusion() {
        Interval gain = gain();
        String what = String.format(
                Locale.ROOT, "At equal steps, augmentation changes accuracy by %+.1f points", 100 * gain.mean());
        if (gain.values() < 2) {
            return what + ", from one seed: no interval, nothing can be concluded.";
        }
        String interval = String.format(
                Locale.ROOT,
                " (95 %% interval %+.1f to %+.1f, %d seeds)",
                100 * gain.low(),
                100 * gain.high(),
                gain.values());
        String verdict =
                gain.low() > 0 ? ": it helps." : gain.high() < 0 ? ": it harms." : ": no difference can be shown.";
        return what + interval + verdict;
    }

    /** Difference of accuracy, seed by seed, between the augmented rows and as many steps on the originals. */
    private Interval gain() {
        List<Training.Result> augmented = of(Arm.AUGMENTED);
        List<Training.Result> originals = of(Arm.ORIGINALS_EQUAL_STEPS);
        double[] differences = new double[augmented.size()];
        for (int i = 0; i < differences.length; i++) {
            differences[i] =
                    augmented.get(i).test().accuracy() - originals.get(i).test().accuracy();
        }
        return Interval.of(differences);
    }

    List<Training.Result> of(Arm arm) {
        return results.stream().filter(result -> result.arm() == arm).toList();
    }

    /** The confusion of all seeds of an arm, added up, and F1 from it. */
    Metrics pooled(Arm arm, Function<Training.Result, Metrics> part) {
        List<Integer> expected = new ArrayList<>();
        List<Integer> predicted = new ArrayList<>();
        int classes = part.apply(of(arm).get(0)).f1().size();
        for (Training.Result result : of(arm)) {
            List<List<Integer>> confusion = part.apply(result).confusion();
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

    Interval interval(Arm arm, ToDoubleFunction<Training.Result> figure) {
        return Interval.of(of(arm).stream().mapToDouble(figure).toArray());
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
