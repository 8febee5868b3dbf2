// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How the last arm does on each class, and what it takes for what.
 *
 * @param rows by class, the lowest F1 first
 * @param confusion rows by [expected][predicted] of the classes in their own order, null where they are too many to
 *     be read
 * @param pairs that are confused most, the most frequent first
 */
record Classes(List<Row> rows, @Nullable List<List<Integer>> confusion, List<Pair> pairs) {
    /** A matrix of more is not read cell by cell. */
    static final int MOST_IN_MATRIX = 77;

    static final int MOST_PAIRS = 20;

    /**
     * @param label of the class
     * @param tested rows of the class in the test part, times the seeds
     * @param f1 from 0 to 1
     * @param baseline the F1 of the arm before, null where there is none
     */
    record Row(
            String label, long tested, double f1, @Nullable Double baseline) {}

    /**
     * @param expected class
     * @param predicted class, another one
     * @param rows of the expected class that were taken for the other
     * @param share of all rows of the expected class
     */
    record Pair(String expected, String predicted, int rows, double share) {}

    static Classes of(List<String> labels, List<ArmScores> arms) {
        if (arms.isEmpty() || arms.get(arms.size() - 1).f1().isEmpty()) {
            return new Classes(List.of(), null, List.of());
        }
        ArmScores arm = arms.get(arms.size() - 1);
        List<Double> baseline = arms.size() > 1 ? arms.get(arms.size() - 2).f1() : List.of();
        List<List<Integer>> confusion = arm.confusion();
        List<Row> rows = IntStream.range(0, labels.size())
                .mapToObj(i -> new Row(
                        labels.get(i),
                        confusion.isEmpty() ? 0 : sum(confusion.get(i)),
                        arm.f1().get(i),
                        baseline.isEmpty() ? null : baseline.get(i)))
                .sorted(Comparator.comparingDouble(Row::f1).thenComparing(Row::label))
                .toList();
        boolean readable = !confusion.isEmpty() && labels.size() <= MOST_IN_MATRIX;
        return new Classes(rows, readable ? confusion : null, pairs(labels, confusion));
    }

    private static List<Pair> pairs(List<String> labels, List<List<Integer>> confusion) {
        List<Pair> pairs = new ArrayList<>();
        for (int expected = 0; expected < confusion.size(); expected++) {
            List<Integer> row = confusion.get(expected);
            long all = sum(row);
            for (int predicted = 0; predicted < row.size(); predicted++) {
                if (predicted != expected && row.get(predicted) > 0) {
                    pairs.add(new Pair(
                            labels.get(expected),
                            labels.get(predicted),
                            row.get(predicted),
                            row.get(predicted) / (double) all));
                }
            }
        }
        pairs.sort(Comparator.comparingInt(Pair::rows)
                .thenComparingDouble(Pair::share)
                .reversed());
        return pairs.stream().limit(MOST_PAIRS).toList();
    }

    private static long sum(List<Integer> row) {
        return row.stream().mapToLong(Integer::longValue).sum();
    }
}
