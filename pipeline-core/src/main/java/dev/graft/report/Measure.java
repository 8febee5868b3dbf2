// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import dev.graft.stats.Interval;
import java.util.Locale;

/**
 * What arms are compared by.
 *
 * @param title as sentences and tables call it
 * @param share whether it goes from 0 to 1, and is told in points
 * @param lower whether less of it is better
 */
public record Measure(String title, boolean share, boolean lower) {
    public static final Measure ACCURACY = share("accuracy");
    public static final Measure MACRO_F1 = share("macro-F1");

    /** Of which more is better. */
    public static Measure share(String title) {
        return new Measure(title, true, false);
    }

    /** What an interval of a difference, the judged arm's figure minus the other's, allows to say. */
    public enum Verdict {
        BETTER,
        WORSE,
        UNCLEAR,
        ONE_SEED
    }

    public Verdict verdict(Interval difference) {
        if (difference.values() == 1) {
            return Verdict.ONE_SEED;
        }
        boolean above = difference.low() > 0;
        if (!above && !(difference.high() < 0)) {
            return Verdict.UNCLEAR;
        }
        return above == lower ? Verdict.WORSE : Verdict.BETTER;
    }

    /** A difference without its sign. */
    String amount(double difference) {
        return share ? size(difference) + " points" : size(difference);
    }

    String signed(double difference) {
        String size = size(difference);
        return difference < 0 ? "−" + size : difference > 0 ? "+" + size : size;
    }

    /** Of a share one decimal of a point, and a second one where a bound would look like the zero that it is not. */
    private String size(double difference) {
        double size = Math.abs(difference);
        if (!share) {
            return String.format(Locale.ROOT, "%.4f", size);
        }
        boolean tiny = size > 0 && size < 0.0005;
        return String.format(Locale.ROOT, tiny ? "%.2f" : "%.1f", 100 * size);
    }
}
