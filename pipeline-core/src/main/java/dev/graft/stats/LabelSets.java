// SPDX-License-Identifier: Apache-2.0
package dev.graft.stats;

import java.util.Arrays;

/**
 * How well sets of labels are predicted, as scikit-learn counts with {@code zero_division = 0}.
 *
 * @param microF1 of all decisions together, from 0 to 1
 * @param macroF1 mean F1 of the labels that occur, be it in the expected or in the predicted sets
 * @param exactMatch share of rows whose whole set was predicted (subset accuracy)
 */
public record LabelSets(double microF1, double macroF1, double exactMatch) {
    /**
     * @param expected [row][label]
     * @param predicted [row][label]
     * @throws IllegalArgumentException if there are no rows, or the two differ in size
     */
    public static LabelSets of(boolean[][] expected, boolean[][] predicted) {
        if (expected.length != predicted.length || expected.length == 0) {
            throw new IllegalArgumentException("given are " + expected.length + " expected and " + predicted.length
                    + " predicted sets of labels; allowed is as many of both, at least 1");
        }
        int labels = expected[0].length;
        long[] both = new long[labels];
        long[] either = new long[labels];
        int exact = 0;
        for (int row = 0; row < expected.length; row++) {
            if (expected[row].length != labels || predicted[row].length != labels) {
                throw new IllegalArgumentException("row " + row + " has " + expected[row].length + " expected and "
                        + predicted[row].length + " predicted labels; allowed are " + labels);
            }
            for (int label = 0; label < labels; label++) {
                both[label] += expected[row][label] && predicted[row][label] ? 1 : 0;
                either[label] += (expected[row][label] ? 1 : 0) + (predicted[row][label] ? 1 : 0);
            }
            exact += Arrays.equals(expected[row], predicted[row]) ? 1 : 0;
        }
        double sum = 0;
        int occurring = 0;
        for (int label = 0; label < labels; label++) {
            sum += f1(both[label], either[label]);
            occurring += either[label] > 0 ? 1 : 0;
        }
        return new LabelSets(
                f1(Arrays.stream(both).sum(), Arrays.stream(either).sum()),
                occurring == 0 ? 0 : sum / occurring,
                exact / (double) expected.length);
    }

    private static double f1(long both, long either) {
        return either == 0 ? 0 : 2.0 * both / either;
    }
}
