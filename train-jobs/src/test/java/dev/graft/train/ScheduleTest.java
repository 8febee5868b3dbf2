// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void risesToThePeakAndFallsTowardsZero() {
        Schedule schedule = new Schedule(Schedule.Kind.LINEAR, 1, 2, 6);
        double[] rates = IntStream.range(0, 6).mapToDouble(schedule::at).toArray();
        assertThat(rates).containsExactly(new double[] {0.5, 1, 1, 0.75, 0.5, 0.25}, within(1e-12));
    }

    /** Against transformers' get_cosine_schedule_with_warmup, which starts its warm-up at nothing, and the formula. */
    @Test
    void theOtherKindsFallAsTheirSourcesSay() {
        assertThat(rates(new Schedule(Schedule.Kind.COSINE, 1, 2, 6)))
                .containsExactly(new double[] {0.5, 1, 1, 0.853553, 0.5, 0.146447}, within(1e-6));
        assertThat(rates(new Schedule(Schedule.Kind.CONSTANT, 1, 2, 4))).containsExactly(0.5, 1, 1, 1);
        assertThat(rates(new Schedule(Schedule.Kind.WSD, 1, 1, 20)))
                .startsWith(1, 1, 1)
                .endsWith(1, 1, 1, 0.5);
    }

    private static double[] rates(Schedule schedule) {
        return IntStream.range(0, schedule.steps()).mapToDouble(schedule::at).toArray();
    }

    @Test
    void withoutWarmUpItStartsAtThePeakAndWithNothingElseItEndsThere() {
        assertThat(new Schedule(Schedule.Kind.LINEAR, 0.3, 0, 4).at(0)).isEqualTo(0.3);
        assertThat(new Schedule(Schedule.Kind.LINEAR, 0.3, 4, 4).at(3)).isEqualTo(0.3);
        assertThat(new Schedule(Schedule.Kind.LINEAR, 0.3, 1, 1).at(0)).isEqualTo(0.3);
    }

    @Test
    void everyStepMoves() {
        for (int steps = 1; steps < 40; steps++) {
            for (int warmup = 0; warmup <= steps; warmup++) {
                for (Schedule.Kind kind : Schedule.Kind.values()) {
                    Schedule schedule = new Schedule(kind, 1e-3, warmup, steps);
                    assertThat(IntStream.range(0, steps).mapToDouble(schedule::at))
                            .allSatisfy(
                                    rate -> assertThat(rate).isGreaterThan(0).isLessThanOrEqualTo(1e-3));
                }
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
                .isThrownBy(() -> new LoopSettings(1e-3, Schedule.Kind.LINEAR, 1.5, 0, 1, 32, 0, 0, 0, 0, 0))
                .withMessage("warmup-ratio is 1.5; allowed is from 0 to 1");
    }
}
