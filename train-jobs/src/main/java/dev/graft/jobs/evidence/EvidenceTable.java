// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.evidence;

import dev.graft.stats.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A claim's table in Markdown: whatever comes out is what is written.
 *
 * @param results of every arm with every seed
 */
record EvidenceTable(EvidencePlan plan, List<Experiment.Result> results) {
    private List<Experiment.Result> of(String arm) {
        return plan.seeds().stream()
                .map(seed -> results.stream()
                        .filter(result -> result.arm().equals(arm) && result.seed() == seed)
                        .findFirst()
                        .orElseThrow())
                .toList();
    }

    private Interval interval(String arm, ToDoubleFunction<Experiment.Result> figure) {
        return Interval.of(of(arm).stream().mapToDouble(figure).toArray());
    }

    /** Of an arm less the baseline, seed by seed. */
    Interval gain(String arm, ToDoubleFunction<Experiment.Result> figure) {
        List<Experiment.Result> ours = of(arm);
        List<Experiment.Result> theirs = of(plan.baseline());
        double[] gains = new double[ours.size()];
        for (int i = 0; i < gains.length; i++) {
            gains[i] = figure.applyAsDouble(ours.get(i)) - figure.applyAsDouble(theirs.get(i));
        }
        return Interval.of(gains);
    }

    /**
     * @param command that it came of
     * @param commit of the code
     */
    String markdown(String command, String commit, EvidenceRows rows) {
        StringBuilder text = new StringBuilder();
        text.append("## ").append(title()).append("\n\n").append(plan.claim()).append("\n\n");
        text.append("Command `")
                .append(command)
                .append("`, commit `")
                .append(commit)
                .append("`; seeds ");
        text.append(plan.seeds()).append(", base model ").append(plan.model()).append(", ");
        text.append(setting(rows));
        boolean tuned = plan.arms().stream().anyMatch(arm -> !arm.probe());
        text.append(tuned ? ", " + plan.steps() + " steps each" : "");
        plan.arms().stream()
                .filter(arm -> arm.steps() > 0)
                .forEach(arm -> text.append(", but " + arm.steps() + " of " + arm.name()));
        text.append(". ");
        text.append(
                "± is half a 95 % interval by Student's t over the seeds, each of which draws rows, copies and training"
                        + " anew, the same rows for all arms; gains are paired by seed.\n\n");
        List<String> columns = new ArrayList<>(List.of("arm", "accuracy", "gain over " + plan.baseline()));
        if (noisy()) {
            columns.addAll(List.of("accuracy, typos", "gain, typos"));
        }
        columns.addAll(List.of("trained", "peak MB", "CPU s"));
        line(text, columns);
        line(text, columns.stream().map(column -> "---").toList());
        plan.arms().forEach(arm -> line(text, cells(arm)));
        text.append('\n');
        conclusions().forEach(sentence -> text.append(sentence).append('\n'));
        plan.arms().forEach(arm -> {
            Experiment.Result first = of(arm.name()).get(0);
            if (!first.note().isEmpty()) {
                text.append("With seed ")
                        .append(first.seed())
                        .append(", ")
                        .append(arm.name())
                        .append(": ")
                        .append(first.note())
                        .append(".\n");
            }
        });
        return text.toString();
    }

    private boolean noisy() {
        return plan.typos() > 0;
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private List<String> cells(EvidenceArm arm) {
        boolean base = arm.name().equals(plan.baseline());
        List<String> cells = new ArrayList<>(List.of(arm.name()));
        for (ToDoubleFunction<Experiment.Result> figure : figures()) {
            cells.add(shown(interval(arm.name(), figure)));
            cells.add(base ? "" : change(gain(arm.name(), figure)));
        }
        double share = of(arm.name()).get(0).share();
        cells.add(arm.probe() ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * share));
        cells.add(rounded(interval(arm.name(), result -> result.cost().megabytes())));
        cells.add(rounded(interval(arm.name(), result -> result.cost().cpuSeconds())));
        return cells;
    }

    private List<ToDoubleFunction<Experiment.Result>> figures() {
        return noisy()
                ? List.of(Experiment.Result::accuracy, Experiment.Result::noisy)
                : List.of(Experiment.Result::accuracy);
    }

    private static String rounded(Interval interval) {
        return String.format(Locale.ROOT, "%.0f", interval.mean());
    }

    String title() {
        return plan.name() + " on " + plan.corpus().name();
    }

    private String setting(EvidenceRows rows) {
        if (plan.episodes() != null) {
            EvidencePlan.EpisodePlan how = plan.episodes();
            return how.tasks() + " tasks of " + how.ways() + " unseen classes with " + how.shots()
                    + " rows each a seed, " + how.queries() + " test rows of each class";
        }
        return (plan.perClass() > 0 ? plan.perClass() + " labelled rows a class" : plan.rows() + " labelled rows")
                + " of " + rows.labels().size() + " classes, " + rows.test().size() + " test rows";
    }

    /** What the intervals allow to say. */
    List<String> conclusions() {
        List<String> sentences = new ArrayList<>();
        for (EvidenceArm arm : plan.arms()) {
            if (!arm.name().equals(plan.baseline())) {
                String typos = noisy() ? "; on text with typos " + found(arm, Experiment.Result::noisy) : "";
                sentences.add("- " + arm.name() + " against " + plan.baseline() + ": "
                        + found(arm, Experiment.Result::accuracy) + typos + ".");
            }
        }
        return sentences;
    }

    private String found(EvidenceArm arm, ToDoubleFunction<Experiment.Result> figure) {
        Interval gain = gain(arm.name(), figure);
        String verdict = gain.values() < 2
                ? "one seed, nothing can be concluded"
                : gain.low() > 1e-6 ? "it helps" : gain.high() < -1e-6 ? "it harms" : "no difference can be shown";
        return change(gain) + " points, " + verdict;
    }

    private static String shown(Interval interval) {
        return gap(interval, String.format(Locale.ROOT, "%.1f", 100 * interval.mean()));
    }

    private static String change(Interval interval) {
        return gap(interval, String.format(Locale.ROOT, "%+.1f", Math.rint(1000 * interval.mean()) / 10 + 0.0));
    }

    private static String gap(Interval interval, String mean) {
        return Double.isNaN(interval.halfWidth())
                ? mean
                : String.format(Locale.ROOT, "%s ± %.1f", mean, 100 * interval.halfWidth());
    }
}
