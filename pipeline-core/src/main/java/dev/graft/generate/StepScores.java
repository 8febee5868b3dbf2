// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * What a decoder says in one step. R is the number of rows, C that of the candidates.
 *
 * <p>Where each row may go on with each candidate, the engine finds the likeliest, and the other scores never leave it.
 */
final class StepScores {
    private final int[] candidates;
    private final int wanted;
    private final boolean likelihoods;
    private final long[] columns; // (R, wanted), of the likeliest; none where all scores were read
    private final float[] scores; // (R, wanted) or (R, C)

    private StepScores(int[] candidates, int wanted, boolean likelihoods, long[] columns, float[] scores) {
        this.candidates = candidates;
        this.wanted = wanted;
        this.likelihoods = likelihoods;
        this.columns = columns;
        this.scores = scores;
    }

    /**
     * @param logits (R, C)
     * @param candidates the token of each column
     * @param wanted as many of the likeliest, of each row; 0 for all
     * @param likelihoods whether scores are to be log-likelihoods
     */
    static StepScores read(NDArray logits, int[] candidates, int wanted, boolean likelihoods) {
        if (wanted == 0) {
            return new StepScores(candidates, candidates.length, likelihoods, new long[0], logits.toFloatArray());
        }
        int kept = Math.min(wanted, candidates.length);
        NDList best = (likelihoods ? logits.logSoftmax(-1) : logits).topK(kept, 1, true, true);
        return new StepScores(
                candidates,
                kept,
                likelihoods,
                best.get(1).toLongArray(),
                best.get(0).toFloatArray());
    }

    /** Tokens by their scores, best first. */
    record Ranked(int[] tokens, float[] scores) {}

    /** All logits, flat. */
    float[] logits() {
        return scores;
    }

    int[] candidates() {
        return candidates;
    }

    /**
     * The likeliest tokens of a row.
     *
     * @param most how many; fewer where there are no more
     * @param allowed columns that the row may choose from
     */
    Ranked likeliest(int row, int most, int[] allowed) {
        return columns.length == 0 ? chosen(row, most, allowed) : found(row, most);
    }

    private Ranked found(int row, int most) {
        int count = Math.min(most, wanted);
        int[] tokens = new int[count];
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            tokens[i] = candidates[(int) columns[row * wanted + i]];
            values[i] = scores[row * wanted + i];
        }
        return new Ranked(tokens, values);
    }

    private Ranked chosen(int row, int most, int[] allowed) {
        int from = row * candidates.length;
        PriorityQueue<Integer> best =
                new PriorityQueue<>(most + 1, Comparator.comparingDouble(column -> scores[from + column]));
        for (int column : allowed) {
            if (best.size() < most || scores[from + column] > scores[from + best.element()]) {
                best.add(column);
                if (best.size() > most) {
                    best.remove();
                }
            }
        }
        float all = likelihoods ? logSumExp(from, allowed) : 0;
        int[] tokens = new int[best.size()];
        float[] values = new float[best.size()];
        for (int i = tokens.length - 1; i >= 0; i--) {
            int column = best.remove();
            tokens[i] = candidates[column];
            values[i] = scores[from + column] - all;
        }
        return new Ranked(tokens, values);
    }

    private float logSumExp(int from, int[] allowed) {
        float most = Float.NEGATIVE_INFINITY;
        for (int column : allowed) {
            most = Math.max(most, scores[from + column]);
        }
        double sum = 0;
        for (int column : allowed) {
            sum += Math.exp(scores[from + column] - most);
        }
        return (float) (most + Math.log(sum));
    }
}
