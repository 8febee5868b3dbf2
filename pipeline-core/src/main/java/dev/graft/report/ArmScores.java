// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One side of the comparison: the same model, trained on the same kind of rows with several seeds.
 *
 * @param name such as {@code originals, equal steps}
 * @param rows it was trained on
 * @param steps of the optimiser; 0 for what is not tuned and has the same scores with every seed
 * @param scores one for each seed and test part; the first part named is the main one
 * @param f1 of each class on the main test part, mean over the seeds, from 0 to 1; may be empty
 * @param confusion rows of the main test part by [expected][predicted], summed over the seeds; may be empty
 */
public record ArmScores(
        String name, long rows, int steps, List<Score> scores, List<Double> f1, List<List<Integer>> confusion) {
    public ArmScores {
        scores = List.copyOf(scores);
        f1 = List.copyOf(f1);
        confusion = confusion.stream().map(List::copyOf).toList();
        int classes = f1.size();
        if (!confusion.isEmpty()
                && (confusion.size() != classes || confusion.stream().anyMatch(row -> row.size() != classes))) {
            throw new IllegalArgumentException("arm " + name + " has the F1 of " + classes
                    + " classes; allowed is a confusion matrix of as many rows and columns, or none");
        }
    }

    /**
     * @param test name of the test part
     * @param seed of the training
     * @param figures by what they measure, the main one first; one that has no value, such as a correlation of equal numbers, is
     *     left out
     */
    public record Score(String test, long seed, Map<Measure, Double> figures) {
        public Score {
            figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        }

        /**
         * Of a classifier.
         *
         * @param accuracy from 0 to 1
         * @param macroF1 from 0 to 1
         */
        public Score(String test, long seed, double accuracy, double macroF1) {
            this(test, seed, inOrder(accuracy, macroF1));
        }

        private static Map<Measure, Double> inOrder(double accuracy, double macroF1) {
            Map<Measure, Double> figures = new LinkedHashMap<>();
            figures.put(Measure.ACCURACY, accuracy);
            figures.put(Measure.MACRO_F1, macroF1);
            return figures;
        }

        Optional<Double> of(Measure measure) {
            return Optional.ofNullable(figures.get(measure));
        }
    }

    /** What there are figures of, the main one first. */
    List<Measure> measures() {
        return scores.stream()
                .flatMap(score -> score.figures.keySet().stream())
                .distinct()
                .toList();
    }

    /** The test parts, the main one first. */
    List<String> tests() {
        return scores.stream().map(Score::test).distinct().toList();
    }

    /** The scores on a test part, in the order given. */
    List<Score> on(String test) {
        return scores.stream().filter(score -> score.test.equals(test)).toList();
    }
}
