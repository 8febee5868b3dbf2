// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.report.ArmScores.Score;
import dev.graft.report.Measure.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PairedComparisonTest {
    @Test
    void aDifferenceBeyondTheIntervalIsSaid() {
        PairedComparison comparison = comparison(new double[] {0.80, 0.82, 0.84}, new double[] {0.83, 0.85, 0.872});

        assertThat(comparison.verdict()).isEqualTo(Verdict.BETTER);
        assertThat(comparison.sentence())
                .isEqualTo("“augmented” beats “originals” by 3.1 points of accuracy on test"
                        + " (95 % interval of the paired difference +2.8 to +3.4, 3 seeds).");
    }

    @Test
    void aLossIsSaidAsPlainly() {
        PairedComparison comparison = comparison(new double[] {0.83, 0.85, 0.872}, new double[] {0.80, 0.82, 0.84});

        assertThat(comparison.verdict()).isEqualTo(Verdict.WORSE);
        assertThat(comparison.sentence()).contains("falls behind", "3.1 points", "−3.4 to −2.8");
    }

    @Test
    void anIntervalWithZeroInItIsNoDifference() {
        PairedComparison comparison = comparison(new double[] {0.80, 0.82, 0.84}, new double[] {0.83, 0.81, 0.85});

        assertThat(comparison.verdict()).isEqualTo(Verdict.UNCLEAR);
        assertThat(comparison.sentence())
                .startsWith("No clear difference in accuracy on test: “augmented” comes out 1.0 points above")
                .contains("−4.0 to +6.0 (3 seeds), includes zero");
    }

    @Test
    void twoSeedsComeWithACaution() {
        assertThat(comparison(new double[] {0.7, 0.8}, new double[] {0.5, 0.7}).sentence())
                .endsWith("includes zero. Two seeds tell little: run three or more.");
    }

    @Test
    void equalScoresAreNoDifference() {
        assertThat(comparison(new double[] {0.8, 0.7}, new double[] {0.8, 0.7}).verdict())
                .isEqualTo(Verdict.UNCLEAR);
    }

    @Test
    void oneSeedAllowsNoConclusion() {
        PairedComparison comparison = comparison(new double[] {0.80}, new double[] {0.95});

        assertThat(comparison.verdict()).isEqualTo(Verdict.ONE_SEED);
        assertThat(comparison.sentence()).contains("15.0 points above").endsWith("no interval, hence no conclusion.");
    }

    @Test
    void seedsThatOnlyOneArmHasAreLeftOut() {
        assertThat(comparison(new double[] {0.8, 0.82, 0.84}, new double[] {0.83, 0.85})
                        .difference()
                        .values())
                .isEqualTo(2);
        assertThat(PairedComparison.of(arm("a", 0.5), arm("b", 0.5), "unseen", Measure.ACCURACY))
                .isEmpty();
    }

    @Test
    void lessOfALossIsBetter() {
        Measure loss = new Measure("loss", false, true);
        PairedComparison less = PairedComparison.of(
                        arm("augmented", loss, 0.41, 0.42, 0.40),
                        arm("originals", loss, 0.50, 0.52, 0.49),
                        "test",
                        loss)
                .orElseThrow();
        PairedComparison more = PairedComparison.of(
                        arm("augmented", loss, 0.50, 0.52, 0.49),
                        arm("originals", loss, 0.41, 0.42, 0.40),
                        "test",
                        loss)
                .orElseThrow();

        assertThat(less.verdict()).isEqualTo(Verdict.BETTER);
        assertThat(less.sentence())
                .isEqualTo("“augmented” beats “originals” by 0.0933 of loss on test"
                        + " (95 % interval of the paired difference −0.1077 to −0.0790, 3 seeds).");
        assertThat(more.verdict()).isEqualTo(Verdict.WORSE);
        assertThat(more.sentence()).contains("falls behind", "0.0933 of loss", "+0.0790 to +0.1077");
    }

    @Test
    void aFigureThatOneSideLacksIsNotCompared() {
        assertThat(PairedComparison.of(arm("a", 0.5), arm("b", 0.5), "test", Measure.share("pearson")))
                .isEmpty();
    }

    private static PairedComparison comparison(double[] baseline, double[] judged) {
        return PairedComparison.of(arm("augmented", judged), arm("originals", baseline), "test", Measure.ACCURACY)
                .orElseThrow();
    }

    private static ArmScores arm(String name, double... accuracies) {
        return arm(name, Measure.ACCURACY, accuracies);
    }

    private static ArmScores arm(String name, Measure measure, double... figures) {
        List<Score> scores = new ArrayList<>();
        for (int seed = 0; seed < figures.length; seed++) {
            scores.add(new Score("test", seed, Map.of(measure, figures[seed])));
        }
        return new ArmScores(name, 100, 10, scores, List.of(), List.of());
    }
}
