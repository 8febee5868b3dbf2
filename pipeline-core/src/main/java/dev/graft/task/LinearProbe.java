// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * A multinomial logistic regression on sentence embeddings, fitted in the time that a handful of texts takes to embed: small
 * enough for each of many policies or folds to have one of its own. Features are scaled to a mean square of 1.
 *
 * <p>B is the number of rows, D the width, C the number of classes.
 *
 * @param weights (C, D + 1), row by row; the last of each row is the bias
 * @param classes C
 */
public record LinearProbe(float[] weights, int classes) implements Serializable {
    private static final int ITERATIONS = 100;
    private static final int MEMORY = 8;
    private static final int HALVINGS = 20;
    /** Armijo's share of the slope that a step has to gain. */
    private static final double GAIN = 1e-4;

    private static final double TOLERANCE = 1e-4;

    /**
     * Minimises the mean cross entropy plus half the penalty times the squared weights (biases are free) by L-BFGS (Nocedal &
     * Wright 2006, algorithm 7.5).
     *
     * @param rows embeddings of length 1, (B, D)
     * @param labels of the rows, from 0 to C - 1
     * @param penalty more than 0
     */
    public static LinearProbe fit(List<float[]> rows, int[] labels, int classes, double penalty) {
        if (rows.isEmpty() || rows.size() != labels.length || classes < 2 || !(penalty > 0)) {
            throw new IllegalArgumentException("given are " + rows.size() + " rows, " + labels.length + " labels, "
                    + classes + " classes and a penalty of " + penalty
                    + "; allowed are as many labels as rows, at least 1, 2 classes or more and a penalty above 0");
        }
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Problem problem = new Problem(matrix(manager, rows), labels, classes, penalty);
            return new LinearProbe(minimum(problem, new float[classes * (rows.get(0).length + 1)]), classes);
        }
    }

    /** Probabilities of each class, (B, C). */
    public double[][] probabilities(List<float[]> rows) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            int width = rows.get(0).length + 1;
            float[] flat = matrix(manager, rows)
                    .matMul(manager.create(weights, new Shape(classes, width)).transpose())
                    .softmax(1)
                    .toFloatArray();
            double[][] probabilities = new double[rows.size()][classes];
            for (int i = 0; i < flat.length; i++) {
                probabilities[i / classes][i % classes] = flat[i];
            }
            return probabilities;
        }
    }

    /** The likeliest class of each row, the first of equals. */
    public int[] predictions(List<float[]> rows) {
        return Arrays.stream(probabilities(rows))
                .mapToInt(row -> {
                    int best = 0;
                    for (int i = 1; i < row.length; i++) {
                        best = row[i] > row[best] ? i : best;
                    }
                    return best;
                })
                .toArray();
    }

    /** (B, D + 1), scaled, with a column of ones. */
    private static NDArray matrix(NDManager manager, List<float[]> rows) {
        int width = rows.get(0).length;
        float scale = (float) Math.sqrt(width);
        float[] flat = new float[rows.size() * (width + 1)];
        int at = 0;
        for (float[] row : rows) {
            for (float value : row) {
                flat[at++] = scale * value;
            }
            flat[at++] = 1;
        }
        return manager.create(flat, new Shape(rows.size(), width + 1));
    }

    /** The loss and its gradient at some weights. */
    private static final class Problem {
        private final NDArray rows;
        private final NDArray expected;
        private final int classes;
        private final double penalty;

        Problem(NDArray rows, int[] labels, int classes, double penalty) {
            this.rows = rows;
            this.classes = classes;
            this.penalty = penalty;
            float[] ones = new float[labels.length * classes];
            for (int i = 0; i < labels.length; i++) {
                ones[i * classes + labels[i]] = 1;
            }
            expected = rows.getManager().create(ones, new Shape(labels.length, classes));
        }

        double loss(float[] weights, float[] gradient) {
            int width = weights.length / classes;
            int count = (int) rows.getShape().get(0);
            try (NDManager scope = rows.getManager().newSubManager()) {
                NDArray given = scope.create(weights, new Shape(classes, width));
                rows.tempAttach(scope);
                expected.tempAttach(scope);
                NDArray logs = rows.matMul(given.transpose()).logSoftmax(1);
                double loss = -logs.mul(expected).sum().getFloat() / count;
                float[] slope = logs.exp()
                        .sub(expected)
                        .transpose()
                        .matMul(rows)
                        .div(count)
                        .toFloatArray();
                for (int i = 0; i < weights.length; i++) {
                    boolean bias = i % width == width - 1;
                    gradient[i] = slope[i] + (bias ? 0 : (float) penalty * weights[i]);
                    loss += bias ? 0 : penalty / 2 * weights[i] * weights[i];
                }
                return loss;
            }
        }
    }

    private record Pair(double[] step, double[] change, double curvature) {}

    private static float[] minimum(Problem problem, float[] start) {
        float[] at = start;
        float[] gradient = new float[at.length];
        double loss = problem.loss(at, gradient);
        Deque<Pair> pairs = new ArrayDeque<>();
        for (int i = 0; i < ITERATIONS && norm(gradient) > TOLERANCE; i++) {
            double[] direction = direction(gradient, pairs);
            double slope = 0;
            for (int k = 0; k < at.length; k++) {
                slope += direction[k] * gradient[k];
            }
            double length = pairs.isEmpty() ? Math.min(1, 1 / norm(gradient)) : 1;
            float[] next = new float[at.length];
            float[] nextGradient = new float[at.length];
            double nextLoss = Double.POSITIVE_INFINITY;
            for (int halving = 0; halving < HALVINGS && !(nextLoss <= loss + GAIN * length * slope); halving++) {
                length = halving == 0 ? length : length / 2;
                for (int k = 0; k < at.length; k++) {
                    next[k] = (float) (at[k] + length * direction[k]);
                }
                nextLoss = problem.loss(next, nextGradient);
            }
            if (!(nextLoss < loss)) {
                return at;
            }
            remember(pairs, at, next, gradient, nextGradient);
            at = next;
            gradient = nextGradient;
            loss = nextLoss;
        }
        return at;
    }

    private static void remember(Deque<Pair> pairs, float[] at, float[] next, float[] gradient, float[] nextGradient) {
        double[] step = new double[at.length];
        double[] change = new double[at.length];
        double curvature = 0;
        for (int k = 0; k < at.length; k++) {
            step[k] = next[k] - at[k];
            change[k] = nextGradient[k] - gradient[k];
            curvature += step[k] * change[k];
        }
        if (curvature > 1e-12) {
            pairs.addLast(new Pair(step, change, curvature));
            if (pairs.size() > MEMORY) {
                pairs.removeFirst();
            }
        }
    }

    /** The two loops of L-BFGS. */
    private static double[] direction(float[] gradient, Deque<Pair> pairs) {
        double[] direction = new double[gradient.length];
        for (int k = 0; k < direction.length; k++) {
            direction[k] = -gradient[k];
        }
        if (pairs.isEmpty()) {
            return direction;
        }
        double[] shares = new double[pairs.size()];
        int at = pairs.size();
        for (Iterator<Pair> newest = pairs.descendingIterator(); newest.hasNext(); ) {
            Pair pair = newest.next();
            shares[--at] = dot(pair.step, direction) / pair.curvature;
            add(direction, -shares[at], pair.change);
        }
        Pair last = pairs.getLast();
        double scale = last.curvature / dot(last.change, last.change);
        for (int k = 0; k < direction.length; k++) {
            direction[k] *= scale;
        }
        for (Pair pair : pairs) {
            add(direction, shares[at++] - dot(pair.change, direction) / pair.curvature, pair.step);
        }
        return direction;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }

    private static void add(double[] to, double times, double[] what) {
        for (int k = 0; k < to.length; k++) {
            to[k] += times * what[k];
        }
    }

    private static double norm(float[] gradient) {
        double squares = 0;
        for (float each : gradient) {
            squares += each * each;
        }
        return Math.sqrt(squares);
    }
}
