// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class LinearProbeTest {
    private static final int WIDTH = 6;

    private static List<float[]> rows(int[] labels, double noise, RandomGenerator random) {
        List<float[]> rows = new ArrayList<>();
        for (int label : labels) {
            double[] row = new double[WIDTH];
            double squares = 0;
            for (int k = 0; k < WIDTH; k++) {
                row[k] = (k == label ? 1 : 0) + noise * random.nextGaussian();
                squares += row[k] * row[k];
            }
            float[] unit = new float[WIDTH];
            for (int k = 0; k < WIDTH; k++) {
                unit[k] = (float) (row[k] / Math.sqrt(squares));
            }
            rows.add(unit);
        }
        return rows;
    }

    private static int[] labels(int count) {
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % 3;
        }
        return labels;
    }

    /** Mean cross entropy and half the penalty, as the definition says. */
    private static double loss(float[] weights, List<float[]> rows, int[] labels, double penalty) {
        double loss = 0;
        for (int i = 0; i < labels.length; i++) {
            double sum = 0;
            double own = 0;
            for (int c = 0; c < 3; c++) {
                double logit = weights[c * (WIDTH + 1) + WIDTH];
                for (int k = 0; k < WIDTH; k++) {
                    logit += weights[c * (WIDTH + 1) + k] * Math.sqrt(WIDTH) * rows.get(i)[k];
                }
                sum += Math.exp(logit);
                own = c == labels[i] ? logit : own;
            }
            loss += (Math.log(sum) - own) / labels.length;
        }
        for (int i = 0; i < weights.length; i++) {
            loss += i % (WIDTH + 1) == WIDTH ? 0 : penalty / 2 * weights[i] * weights[i];
        }
        return loss;
    }

    @Test
    void noStepAsideIsBetter() {
        RandomGenerator random = new SplittableRandom(11);
        int[] labels = labels(60);
        List<float[]> rows = rows(labels, 0.5, random);
        for (double penalty : new double[] {1, 0.1, 0.01}) {
            LinearProbe probe = LinearProbe.fit(rows, labels, 3, penalty);
            double least = loss(probe.weights(), rows, labels, penalty);
            for (int i = 0; i < probe.weights().length; i++) {
                for (float aside : new float[] {-0.05f, 0.05f}) {
                    float[] moved = probe.weights().clone();
                    moved[i] += aside;
                    assertThat(loss(moved, rows, labels, penalty))
                            .as("penalty %s, weight %d", penalty, i)
                            .isGreaterThan(least);
                }
            }
        }
    }

    @Test
    void tellsClassesApartThatItHasNotSeen() {
        RandomGenerator random = new SplittableRandom(5);
        int[] labels = labels(90);
        LinearProbe probe = LinearProbe.fit(rows(labels, 0.2, random), labels, 3, 0.01);
        List<float[]> others = rows(labels, 0.2, random);
        assertThat(probe.predictions(others)).isEqualTo(labels);
        for (double[] row : probe.probabilities(others)) {
            assertThat(row[0] + row[1] + row[2]).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void badArgumentsAreRefused() {
        List<float[]> rows = rows(labels(3), 0.1, new SplittableRandom(1));
        assertThatThrownBy(() -> LinearProbe.fit(rows, new int[] {0, 1}, 3, 0.1))
                .hasMessageContaining("3 rows, 2 labels");
        assertThatThrownBy(() -> LinearProbe.fit(rows, labels(3), 3, 0)).hasMessageContaining("a penalty of 0.0");
    }
}
