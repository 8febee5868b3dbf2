// SPDX-License-Identifier: Apache-2.0
package dev.graft.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** By hand-calculated examples. */
class IntervalTest {
    @Test
    void theIntervalOfThreeRuns() {
        // mean 0.8, standard deviation 0.1, t(0.975, 2) = 4.302653
        Interval interval = Interval.of(0.7, 0.8, 0.9);

        assertThat(interval.mean()).isCloseTo(0.8, within(1e-12));
        assertThat(interval.halfWidth()).isCloseTo(4.302653 * 0.1 / Math.sqrt(3), within(1e-6));
        assertThat(interval.low()).isCloseTo(0.5516, within(1e-4));
        assertThat(interval.high()).isCloseTo(1.0484, within(1e-4));
    }

    @Test
    void oneRunHasNoInterval() {
        assertThat(Interval.of(0.5).halfWidth()).isNaN();
        assertThat(Interval.of(0.5).mean()).isEqualTo(0.5);
        assertThatIllegalArgumentException().isThrownBy(Interval::of).withMessageContaining("no values");
    }

    @Test
    void theIntervalOfManyRunsUsesTheSameDistribution() {
        double[] values = new double[61];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 2;
        }
        // t(0.975, 60) = 2.0003
        double deviation = Math.sqrt((30.0 * 31 / 61) / 60);
        assertThat(Interval.of(values).halfWidth()).isCloseTo(2.0003 * deviation / Math.sqrt(61), within(1e-4));
    }
}
