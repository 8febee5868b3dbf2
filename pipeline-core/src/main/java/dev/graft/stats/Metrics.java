// SPDX-License-Identifier: Apache-2.0
package dev.graft.stats;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How well classes are told apart.
 *
 * @param accuracy share of rows whose class was predicted, from 0 to 1
 * @param macroF1 mean F1 of the classes that occur, be it in the expected or in the predicted ones; as scikit-learn
 *     averages
 * @param f1 of each class, from 0 to 1; 0 where a class does not occur
 * @param confusion rows by [expected][predicted]
 */
public record Metrics(double accuracy, double macroF1, List<Double> f1, List<List<Integer>> confusion)
        implements java.io.Serializable {
    public Metrics {
        f1 = List.copyOf(f1);
        confusion = confusion.stream().map(List::copyOf).toList();
    }

    /**
     * @param expected class of each row
     * @param predicted class of each row
     * @param classes how many there are
     * @throws IllegalArgumentException if there are no rows, or the two differ in length
     */
    public static Metrics of(int[] expected, int[] predicted, int classes) {
        if (expected.length != predicted.length || expected.length == 0) {
            throw new IllegalArgumentException("given are " + expected.length + " expected and " + predicted.length
                    + " predicted classes; allowed is as many of both, at least 1");
        }
        int[][] confusion = new int[classes][classes];
        for (int row = 0; row < expected.length; row++) {
            confusion[expected[row]][predicted[row]]++;
        }
        int right = IntStream.range(0, classes).map(i -> confusion[i][i]).sum();
        double[] f1 = new double[classes];
        double sum = 0;
        int occurring = 0;
        for (int i = 0; i < classes; i++) {
            int all = occurrences(confusion, i);
            if (all > 0) {
                f1[i] = 2.0 * confusion[i][i] / all;
                sum += f1[i];
                occurring++;
            }
        }
        return new Metrics(
                right / (double) expected.length,
                sum / occurring,
                Arrays.stream(f1).boxed().toList(),
                Arrays.stream(confusion)
                        .map(counts -> Arrays.stream(counts).boxed().toList())
                        .toList());
    }

    /** The class with the highest logit of each row; the first one of equals. */
    public static int[] predictions(float[][] logits) {
        return Arrays.stream(logits).mapToInt(Metrics::highest).toArray();
    }

    /** Twice the true positives, the false positives and the false negatives: the denominator of F1. */
    private static int occurrences(int[][] confusion, int label) {
        int expected = IntStream.of(confusion[label]).sum();
        int predicted = IntStream.range(0, confusion.length)
                .map(other -> confusion[other][label])
                .sum();
        return expected + predicted;
    }

    private static int highest(float[] row) {
        int highest = 0;
        for (int i = 1; i < row.length; i++) {
            if (row[i] > row[highest]) {
                highest = i;
            }
        }
        return highest;
    }
}
