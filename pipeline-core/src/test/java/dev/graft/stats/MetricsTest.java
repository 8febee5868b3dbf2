// SPDX-License-Identifier: Apache-2.0
package dev.graft.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** By hand-calculated examples. */
class MetricsTest {
    @Test
    void countsByExpectedAndPredicted() {
        Metrics metrics = Metrics.of(new int[] {0, 0, 0, 1, 1, 2}, new int[] {0, 0, 1, 1, 2, 2}, 3);

        assertThat(metrics.accuracy()).isCloseTo(4 / 6.0, within(1e-12));
        assertThat(metrics.confusion()).isEqualTo(List.of(List.of(2, 1, 0), List.of(0, 1, 1), List.of(0, 0, 1)));
        // class 0: precision 1, recall 2/3; class 1: 1/2 and 1/2; class 2: 1/2 and 1
        assertThat(metrics.f1()).containsExactly(4 / 5.0, 1 / 2.0, 2 / 3.0);
        assertThat(metrics.macroF1()).isCloseTo((4 / 5.0 + 1 / 2.0 + 2 / 3.0) / 3, within(1e-12));
    }

    @Test
    void aClassThatDoesNotOccurIsNoPartOfTheMean() {
        Metrics metrics = Metrics.of(new int[] {0, 1}, new int[] {0, 1}, 5);

        assertThat(metrics.macroF1()).isEqualTo(1);
        assertThat(metrics.f1()).containsExactly(1.0, 1.0, 0.0, 0.0, 0.0);
    }

    @Test
    void aClassThatIsOnlyPredictedCountsAsZero() {
        assertThat(Metrics.of(new int[] {0, 0}, new int[] {0, 1}, 2).macroF1())
                .isCloseTo((2 / 3.0 + 0) / 2, within(1e-12));
    }

    @Test
    void thePredictionIsTheHighestLogitAndTheFirstOfEquals() {
        assertThat(Metrics.predictions(new float[][] {{1, 3, 2}, {-1, -1, -5}, {0, 0, 7}}))
                .containsExactly(1, 0, 2);
    }

    @Test
    void refusesNoRowsAndUnequalLengths() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Metrics.of(new int[0], new int[0], 2))
                .withMessageContaining("0 expected and 0 predicted");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Metrics.of(new int[] {1}, new int[] {1, 0}, 2))
                .withMessageContaining("1 expected and 2 predicted");
    }
}
