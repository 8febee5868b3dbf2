// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.objective;

import ai.djl.ndarray.NDManager;
import dev.graft.model.Model;
import dev.graft.nn.Pass;
import dev.graft.stats.LabelSets;
import dev.graft.train.Figures;
import dev.graft.train.Objective;
import dev.graft.train.data.TextTargets;
import java.util.List;
import java.util.Map;

/**
 * The labels of a text, any number of them: binary cross entropy of a sigmoid of each, the mean over the labels, as transformers'
 * {@code multi_label_classification}.
 *
 * @param threshold a label is predicted from this probability on
 */
public record SeveralLabels(Model model, NDManager manager, double threshold) implements Objective<TextTargets> {
    public SeveralLabels {
        if (!(threshold > 0 && threshold < 1)) {
            throw new IllegalArgumentException("threshold is " + threshold + "; allowed is between 0 and 1");
        }
    }

    @Override
    public double learn(List<TextTargets> rows, double share, Pass pass) {
        return new TextLogits(model, manager).learn(rows, share, pass, SeveralLabels::loss);
    }

    private static double loss(float[] logits, float[] expected, float[] slope) {
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            double logit = logits[i];
            sum += Math.max(logit, 0) - logit * expected[i] + Math.log1p(Math.exp(-Math.abs(logit)));
            slope[i] = (float) ((sigmoid(logit) - expected[i]) / logits.length);
        }
        return sum / logits.length;
    }

    private static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    @Override
    public Figures evaluate(List<TextTargets> rows) {
        List<TextLogits.Answer> answers = new TextLogits(model, manager).evaluated(rows);
        return figures(
                answers.stream().map(each -> each.row().expected()).toList(),
                answers.stream().map(TextLogits.Answer::logits).toList(),
                threshold);
    }

    /** Of each row 1 for a label that it has and 0 for another, and the labels' logits. */
    public static Figures figures(List<float[]> rows, List<float[]> logits, double threshold) {
        boolean[][] expected = new boolean[rows.size()][];
        boolean[][] predicted = new boolean[rows.size()][];
        double sum = 0;
        for (int row = 0; row < expected.length; row++) {
            float[] given = logits.get(row);
            float[] wanted = rows.get(row);
            sum += loss(given, wanted, new float[given.length]);
            expected[row] = new boolean[given.length];
            predicted[row] = new boolean[given.length];
            for (int i = 0; i < given.length; i++) {
                expected[row][i] = wanted[i] > 0.5f;
                predicted[row][i] = sigmoid(given[i]) >= threshold;
            }
        }
        LabelSets sets = LabelSets.of(expected, predicted);
        return new Figures(
                sum / expected.length,
                Map.of("micro-f1", sets.microF1(), "macro-f1", sets.macroF1(), "exact-match", sets.exactMatch()));
    }
}
