// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.graft.adapt.Pooling;
import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void risesToThePeakAndFallsTowardsZero() {
        Schedule schedule = new Schedule(1, 2, 6);
        double[] rates = IntStream.range(0, 6).mapToDouble(schedule::at).toArray();
        assertThat(rates).containsExactly(new double[] {0.5, 1, 1, 0.75, 0.5, 0.25}, within(1e-12));
    }

    @Test
    void withoutWarmUpItStartsAtThePeakAndWithNothingElseItEndsThere() {
        assertThat(new Schedule(0.3, 0, 4).at(0)).isEqualTo(0.3);
        assertThat(new Schedule(0.3, 4, 4).at(3)).isEqualTo(0.3);
        assertThat(new Schedule(0.3, 1, 1).at(0)).isEqualTo(0.3);
    }

    @Test
    void everyStepMoves() {
        for (int steps = 1; steps < 40; steps++) {
            for (int warmup = 0; warmup <= steps; warmup++) {
                Schedule schedule = new Schedule(1e-3, warmup, steps);
                assertThat(IntStream.range(0, steps).mapToDouble(schedule::at))
                        .allSatisfy(rate -> assertThat(rate).isGreaterThan(0).isLessThanOrEqualTo(1e-3));
            }
        }
    }

    @Test
    void stepsComeFromEpochsUpToTheMost() {
        assertThat(Settings.parse("epochs = 3, batch-size = 8", TrainSettings::read)
                        .steps(17))
                .isEqualTo(9);
        assertThat(Settings.parse("epochs = 3, batch-size = 8, max-steps = 5", TrainSettings::read)
                        .steps(17))
                .isEqualTo(5);
        assertThat(Settings.parse("epochs = 3, batch-size = 8, max-steps = 100", TrainSettings::read)
                        .steps(17))
                .isEqualTo(9);
        assertThat(Settings.parse("", TrainSettings::read)).isEqualTo(TrainSettings.DEFAULTS);
    }

    @Test
    void reportsEveryProblemOfTheSettings() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Settings.parse("learning-rate = 2, epochs = 0, batchsize = 8", TrainSettings::read))
                .withMessageContainingAll("learning-rate", "epochs", "did you mean \"batch-size\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TrainSettings(1e-3, 1, 0, 32, 1.5, 0, 1, 128, 1e-3, Pooling.FIRST))
                .withMessage("warmup-ratio is 1.5; allowed is from 0 to 1");
    }
}
