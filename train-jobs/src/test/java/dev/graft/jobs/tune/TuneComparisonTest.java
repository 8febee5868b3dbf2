// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.train.Figures;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What may be concluded from the figures of an objective, be more of them better or less. */
class TuneComparisonTest {
    private static final Arm PROBE = Arm.of(Arm.Kind.FROZEN_PROBE);
    private static final Arm ORIGINALS = Arm.of(Arm.Kind.ORIGINALS);

    /** With two seeds: the probe has 0.5 with both. */
    private static TuneComparison comparison(ObjectiveKind kind, String figure, double first, double second) {
        return new TuneComparison(
                kind,
                List.of(PROBE, ORIGINALS),
                List.of(
                        TuneTask.Result.untuned(PROBE, 1, 80, tests(figure, 0.5), 1, 1),
                        TuneTask.Result.untuned(PROBE, 2, 80, tests(figure, 0.5), 1, 1),
                        tuned(1, tests(figure, first)),
                        tuned(2, tests(figure, second))));
    }

    private static Map<String, Figures> tests(String figure, double value) {
        return Map.of("test", new Figures(0.25, Map.of(figure, value)));
    }

    private static TuneTask.Result tuned(long seed, Map<String, Figures> tests) {
        List<Float> losses = Stream.generate(() -> 1f).limit(7).toList();
        return new TuneTask.Result(ORIGINALS.name(), seed, 80, tests, tests, losses, List.of(), 1, 1, 100);
    }

    @Test
    void ofErrorsLessIsBetter() {
        assertThat(comparison(ObjectiveKind.REGRESS, "mse", 0.40, 0.41).conclusions())
                .containsExactly("Against the frozen probe, tuning (originals) changes the mse on test by -0.0950"
                        + " (95 % interval -0.1585 to -0.0315, 2 seeds): it helps.");
        assertThat(comparison(ObjectiveKind.REGRESS, "mse", 0.60, 0.61).conclusions())
                .singleElement()
                .asString()
                .endsWith("it harms.");
    }

    @Test
    void ofLabelsMoreIsBetter() {
        assertThat(comparison(ObjectiveKind.MULTI_LABEL, "macro-f1", 0.60, 0.61).conclusions())
                .containsExactly("Against the frozen probe, tuning (originals) changes the macro-f1 on test by +0.1050"
                        + " (95 % interval +0.0415 to +0.1685, 2 seeds): it helps.");
        assertThat(comparison(ObjectiveKind.MULTI_LABEL, "macro-f1", 0.45, 0.54).conclusions())
                .singleElement()
                .asString()
                .endsWith("no difference can be shown.");
    }

    @Test
    void whatIsNotTunedHasNoStepsAndNoInterval() {
        assertThat(comparison(ObjectiveKind.REGRESS, "mse", 0.40, 0.41).table()).isEqualToNormalizingNewlines("""
                arm                          rows  steps            mse, test
                before                          -      -               0.4050
                frozen-probe                   80      -               0.5000
                originals                      80      7      0.4050 ± 0.0635
                """);
    }
}
