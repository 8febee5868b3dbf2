// SPDX-License-Identifier: Apache-2.0
package dev.graft.stats;

/**
 * The mean of runs that differ in their seed only, with its 95 % confidence interval by Student's t distribution.
 *
 * @param mean of the values
 * @param halfWidth of the interval; not a number with a single value, of which no interval is known
 * @param values how many
 */
public record Interval(double mean, double halfWidth, int values) {
    /** The 97.5 % quantiles with 1 to 30 degrees of freedom. */
    private static final double[] QUANTILES = {
        12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788, 2.1604, 2.1448,
        2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484,
        2.0452, 2.0423
    };

    /**
     * @throws IllegalArgumentException without a value
     */
    public static Interval of(double... values) {
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
        double halfWidth = freedom == 0 ? Double.NaN : quantile(freedom) * Math.sqrt(squares / freedom / values.length);
        return new Interval(mean, halfWidth, values.length);
    }

    public double low() {
        return mean - halfWidth;
    }

    public double high() {
        return mean + halfWidth;
    }

    /** Beyond the table by the normal quantile z and its first two corrections (Abramowitz & Stegun 26.7.5). */
    private static double quantile(int freedom) {
        if (freedom <= QUANTILES.length) {
            return QUANTILES[freedom - 1];
        }
        double z = 1.959964;
        double cube = z * z * z;
        return z + (cube + z) / (4.0 * freedom) + (5 * cube * z * z + 16 * cube + 3 * z) / (96.0 * freedom * freedom);
    }
}
