// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import java.util.List;

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
     * @param accuracy from 0 to 1
     * @param macroF1 from 0 to 1
     */
    public record Score(String test, long seed, double accuracy, double macroF1) {
        double of(Measure measure) {
            return switch (measure) {
                case ACCURACY -> accuracy;
                case MACRO_F1 -> macroF1;
            };
        }
    }

    /** What is compared. */
    enum Measure {
        ACCURACY("accuracy"),
        MACRO_F1("macro-F1");

        final String title;

        Measure(String title) {
            this.title = title;
        }
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
