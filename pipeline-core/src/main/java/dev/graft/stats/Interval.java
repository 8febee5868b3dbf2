// SPDX-License-Identifier: Apache-2.0
package dev.graft.stats;

import org.apache.commons.math3.distribution.TDistribution;

/**
 * The mean of runs that differ in their seed only, with its 95 % confidence interval by Student's t distribution.
 *
 * @param mean of the values
 * @param halfWidth of the interval; not a number with a single value, of which no interval is known
 * @param values how many
 */
public record Interval(double mean, double halfWidth, int values) {
    private static final double ERROR = 0.05;

    /**
     * @throws IllegalArgumentException without a value
     */
    public static Interval of(double... values) {
        return simultaneous(1, values);
    }

    /**
     * As {@link #of}, one of several intervals that all hold at once in 95 % of the cases (Bonferroni).
     *
     * @param intervals how many, 1 or more
     */
    public static Interval simultaneous(int intervals, double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values given; allowed is one or more");
        }
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        double mean = sum / values.length;
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        int freedom = values.length - 1;
        double halfWidth = freedom == 0
                ? Double.NaN
                : new TDistribution(freedom).inverseCumulativeProbability(1 - ERROR / 2 / intervals)
                        * Math.sqrt(squares / freedom / values.length);
        return new Interval(mean, halfWidth, values.length);
    }

    public double low() {
        return mean - halfWidth;
    }

    public double high() {
        return mean + halfWidth;
    }
}
