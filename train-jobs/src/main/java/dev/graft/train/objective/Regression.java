// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.objective;

import ai.djl.ndarray.NDManager;
import dev.graft.model.Model;
import dev.graft.nn.Pass;
import dev.graft.train.Figures;
import dev.graft.train.Objective;
import dev.graft.train.data.TextTargets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * The number of a text: squared error of the only logit, as transformers' {@code regression}. Its loss is the mean squared error.
 * A correlation is told where there is one: of two rows or more, whose numbers differ.
 */
public record Regression(Model model, NDManager manager) implements Objective<TextTargets> {
    @Override
    public double learn(List<TextTargets> rows, double share, Pass pass) {
        return new TextLogits(model, manager).learn(rows, share, pass, Regression::loss);
    }

    private static double loss(float[] logits, float[] expected, float[] slope) {
        double difference = (double) logits[0] - expected[0];
        slope[0] = (float) (2 * difference);
        return difference * difference;
    }

    @Override
    public Figures evaluate(List<TextTargets> rows) {
        List<TextLogits.Answer> answers = new TextLogits(model, manager).evaluated(rows);
        return figures(
                answers.stream().map(each -> each.row().expected()).toList(),
                answers.stream().map(TextLogits.Answer::logits).toList());
    }

    /** Of each row the number that is expected, and the one that is given. */
    public static Figures figures(List<float[]> rows, List<float[]> logits) {
        double[] expected = new double[rows.size()];
        double[] given = new double[rows.size()];
        double sum = 0;
        for (int row = 0; row < expected.length; row++) {
            expected[row] = rows.get(row)[0];
            given[row] = logits.get(row)[0];
            sum += loss(logits.get(row), rows.get(row), new float[1]);
        }
        double squares = sum / expected.length;
        SortedMap<String, Double> figures = new TreeMap<>();
        figures.put("mse", squares);
        figures.put("rmse", Math.sqrt(squares));
        if (expected.length > 1) {
            put(figures, "pearson", new PearsonsCorrelation().correlation(expected, given));
            put(figures, "spearman", new SpearmansCorrelation().correlation(expected, given));
        }
        return new Figures(squares, figures);
    }

    private static void put(SortedMap<String, Double> figures, String name, double value) {
        if (Double.isFinite(value)) {
            figures.put(name, value);
        }
    }
}
