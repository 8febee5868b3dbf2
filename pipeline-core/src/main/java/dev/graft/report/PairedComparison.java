// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import dev.graft.report.ArmScores.Score;
import dev.graft.report.Measure.Verdict;
import dev.graft.stats.Interval;
import java.util.Optional;

/**
 * One arm against another, seed by seed: pairs share what the seed decides, so their differences vary less than the
 * scores do.
 *
 * @param arm the one that is judged
 * @param baseline the one it is judged against
 * @param test part that both were scored on
 * @param measure that both were scored by
 * @param difference arm minus baseline
 */
record PairedComparison(String arm, String baseline, String test, Measure measure, Interval difference) {
    /** Nothing where the two share no seed on the test part that both have the figure of. */
    static Optional<PairedComparison> of(ArmScores arm, ArmScores baseline, String test, Measure measure) {
        double[] differences = arm.on(test).stream()
                .flatMap(score -> baseline.on(test).stream()
                        .filter(other -> other.seed() == score.seed())
                        .flatMap(other -> difference(score, other, measure).stream()))
                .mapToDouble(Double::doubleValue)
                .toArray();
        return differences.length == 0
                ? Optional.empty()
                : Optional.of(
                        new PairedComparison(arm.name(), baseline.name(), test, measure, Interval.of(differences)));
    }

    private static Optional<Double> difference(Score score, Score other, Measure measure) {
        return score.of(measure).flatMap(ours -> other.of(measure).map(theirs -> ours - theirs));
    }

    Verdict verdict() {
        return measure.verdict(difference);
    }

    String sentence() {
        String what = measure.title() + " on " + test;
        String by = measure.amount(difference.mean());
        String side = difference.mean() < 0 ? "below" : "above";
        String seeds = difference.values() + " seeds";
        String caution = difference.values() == 2 ? " Two seeds tell little: run three or more." : "";
        return switch (verdict()) {
            case BETTER ->
                "“%s” beats “%s” by %s of %s (95 %% interval of the paired difference %s, %s)."
                        .formatted(arm, baseline, by, what, range(), seeds);
            case WORSE ->
                "“%s” falls behind “%s” by %s of %s (95 %% interval of the paired difference %s, %s)."
                        .formatted(arm, baseline, by, what, range(), seeds);
            case UNCLEAR ->
                ("No clear difference in %s: “%s” comes out %s %s “%s”, and the 95 %% interval of the paired"
                                + " difference, %s (%s), includes zero.%s")
                        .formatted(what, arm, by, side, baseline, range(), seeds, caution);
            case ONE_SEED ->
                ("“%s” comes out %s %s “%s” in %s, with one seed only: no interval, hence no conclusion.")
                        .formatted(arm, by, side, baseline, what);
        };
    }

    private String range() {
        return measure.signed(difference.low()) + " to " + measure.signed(difference.high());
    }
}
