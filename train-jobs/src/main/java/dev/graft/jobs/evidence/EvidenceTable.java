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
        text.append(tuned ? ", " + plan.steps() + " steps each. " : ". ");
        text.append(
                "± is half a 95 % interval by Student's t over the seeds, each of which draws rows, copies and training"
                        + " anew, the same rows for all arms; gains are paired by seed.\n\n");
        text.append("| arm | accuracy | with typos | gain over ")
                .append(plan.baseline())
                .append(" | the same with typos | trained | peak MB | CPU s |\n"
                        + "| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for (EvidenceArm arm : plan.arms()) {
            boolean base = arm.name().equals(plan.baseline());
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s | %s | %.0f | %.0f |%n",
                    arm.name(),
                    shown(interval(arm.name(), Experiment.Result::accuracy)),
                    shown(interval(arm.name(), Experiment.Result::noisy)),
                    base ? "" : change(gain(arm.name(), Experiment.Result::accuracy)),
                    base ? "" : change(gain(arm.name(), Experiment.Result::noisy)),
                    arm.probe()
                            ? "-"
                            : String.format(
                                    Locale.ROOT,
                                    "%.2f %%",
                                    100 * of(arm.name()).get(0).share()),
                    interval(arm.name(), result -> result.cost().megabytes()).mean(),
                    interval(arm.name(), result -> result.cost().cpuSeconds()).mean()));
        }
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
                Interval gain = gain(arm.name(), Experiment.Result::accuracy);
                String verdict = gain.values() < 2
                        ? "one seed, nothing can be concluded"
                        : gain.low() > 1e-6
                                ? "it helps"
                                : gain.high() < -1e-6 ? "it harms" : "no difference can be shown";
                sentences.add(String.format(
                        Locale.ROOT,
                        "- %s against %s: %s points: %s.",
                        arm.name(),
                        plan.baseline(),
                        change(gain),
                        verdict));
            }
        }
        return sentences;
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
