// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.stats.Metrics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may be concluded from the figures, and what not. */
class ComparisonTest {
    /** Of 100 rows so many right; every seed of the other arms gets 70. */
    private static Comparison comparison(int... augmented) {
        List<Training.Result> results = new ArrayList<>();
        for (int seed = augmented.length; seed >= 1; seed--) {
            results.add(result(Arm.AUGMENTED, seed, augmented[seed - 1]));
            results.add(result(Arm.ORIGINALS, seed, 70));
            results.add(result(Arm.ORIGINALS_EQUAL_STEPS, seed, 70));
        }
        return new Comparison(results);
    }

    private static Training.Result result(Arm arm, long seed, int right) {
        int[] expected = new int[100];
        int[] predicted = new int[100];
        for (int i = 0; i < 100; i++) {
            expected[i] = i % 2;
            predicted[i] = i < right ? i % 2 : 1 - i % 2;
        }
        Metrics metrics = Metrics.of(expected, predicted, 2);
        return new Training.Result(arm, seed, 8, List.of(1f, 0.5f), metrics, metrics, 1);
    }

    @Test
    void aGainWhoseIntervalIsAboveZeroHelps() {
        assertThat(comparison(75, 76, 74).conclusion())
                .isEqualTo("At equal steps, augmentation changes accuracy by +5.0 points"
                        + " (95 % interval +2.5 to +7.5, 3 seeds): it helps.");
    }

    @Test
    void aLossWhoseIntervalIsBelowZeroHarms() {
        assertThat(comparison(65, 64, 66).conclusion()).contains("-5.0 points").endsWith("3 seeds): it harms.");
    }

    @Test
    void anIntervalAroundZeroShowsNothing() {
        assertThat(comparison(75, 60, 82).conclusion()).endsWith(": no difference can be shown.");
        assertThat(comparison(70, 70).conclusion()).endsWith("+0.0 to +0.0, 2 seeds): no difference can be shown.");
    }

    @Test
    void oneSeedConcludesNothing() {
        assertThat(comparison(99).conclusion())
                .isEqualTo("At equal steps, augmentation changes accuracy by +29.0 points, from one seed: no interval,"
                        + " nothing can be concluded.");
    }

    @Test
    void seedsOfAnArmAreAddedUp() {
        assertThat(comparison(75, 65)
                        .pooled(Arm.AUGMENTED, Training.Result::test)
                        .accuracy())
                .isEqualTo(0.7);
        assertThat(comparison(75, 65).table()).contains("augmented", "70.0 ±");
    }
}
