// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import dev.graft.report.ArmScores.Measure;
import dev.graft.stats.Interval;
import java.util.Locale;
import java.util.Optional;

/**
 * One arm against another, seed by seed: pairs share what the seed decides, so their differences vary less than the
 * scores do.
 *
 * @param arm the one that is judged
 * @param baseline the one it is judged against
 * @param test part that both were scored on
 * @param measure that both were scored by
 * @param difference arm minus baseline, from -1 to 1
 */
record PairedComparison(String arm, String baseline, String test, Measure measure, Interval difference) {
    /** What the interval allows to say. */
    enum Verdict {
        BETTER,
        WORSE,
        UNCLEAR,
        ONE_SEED
    }

    /** Nothing where the two share no seed on the test part. */
    static Optional<PairedComparison> of(ArmScores arm, ArmScores baseline, String test, Measure measure) {
        double[] differences = arm.on(test).stream()
                .flatMapToDouble(score -> baseline.on(test).stream()
                        .filter(other -> other.seed() == score.seed())
                        .mapToDouble(other -> score.of(measure) - other.of(measure)))
                .toArray();
        return differences.length == 0
                ? Optional.empty()
                : Optional.of(
                        new PairedComparison(arm.name(), baseline.name(), test, measure, Interval.of(differences)));
    }

    Verdict verdict() {
        if (difference.values() == 1) {
            return Verdict.ONE_SEED;
        }
        if (difference.low() > 0) {
            return Verdict.BETTER;
        }
        return difference.high() < 0 ? Verdict.WORSE : Verdict.UNCLEAR;
    }

    String sentence() {
        String what = measure.title + " on " + test;
        String by = points(Math.abs(difference.mean())) + " points";
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
        return signed(difference.low()) + " to " + signed(difference.high());
    }

    private static String signed(double share) {
        String size = points(Math.abs(share));
        return share < 0 ? "−" + size : share > 0 ? "+" + size : size;
    }

    /** One decimal, and a second one where a bound would look like the zero that it is not. */
    private static String points(double share) {
        boolean tiny = share > 0 && share < 0.0005;
        return String.format(Locale.ROOT, tiny ? "%.2f" : "%.1f", 100 * share);
    }
}
