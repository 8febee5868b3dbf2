// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.jobs.tune.Arm;
import dev.graft.jobs.tune.StartingWeights;
import dev.graft.stats.Metrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What may be concluded from the figures, and what not. */
class ComparisonTest {
    /** Of 100 rows so many right; every seed of the other arms gets 70, and the frozen probe 68. */
    private static Comparison comparison(int... augmented) {
        return comparison(own(ARMS), augmented);
    }

    private static Comparison comparison(Map<Arm, Arm> trainedAs, int... augmented) {
        List<Training.Result> results = new ArrayList<>();
        for (int seed = augmented.length; seed >= 1; seed--) {
            results.add(result(Arm.of(Arm.Kind.AUGMENTED), seed, augmented[seed - 1], 2));
            results.add(result(Arm.of(Arm.Kind.ORIGINALS), seed, 70, 2));
            results.add(result(Arm.of(Arm.Kind.ORIGINALS_EQUAL_STEPS), seed, 70, 2));
            results.add(result(Arm.of(Arm.Kind.FROZEN_PROBE), seed, 68, 0));
            results.add(result(Arm.of(Arm.Kind.TF_IDF), seed, 61, 0));
        }
        results.removeIf(result ->
                trainedAs.values().stream().noneMatch(arm -> arm.name().equals(result.arm())));
        return new Comparison(trainedAs, List.of("test", "typos"), results);
    }

    private static final Arm[] ARMS = {
        Arm.of(Arm.Kind.TF_IDF),
        Arm.of(Arm.Kind.FROZEN_PROBE),
        Arm.of(Arm.Kind.ORIGINALS),
        Arm.of(Arm.Kind.ORIGINALS_EQUAL_STEPS),
        Arm.of(Arm.Kind.AUGMENTED)
    };

    private static Map<Arm, Arm> own(Arm... arms) {
        return Stream.of(arms).collect(Collectors.toMap(arm -> arm, arm -> arm, (a, b) -> a, LinkedHashMap::new));
    }

    /** On the test part with typos five rows fewer are right. */
    private static Training.Result result(Arm arm, long seed, int right, int steps) {
        List<Float> losses = Stream.generate(() -> 1f).limit(steps).toList();
        return new Training.Result(
                arm.name(), seed, 8, losses, tests(metrics(right), metrics(right - 5)), 1, List.of());
    }

    private static Map<String, Metrics> tests(Metrics test, Metrics typos) {
        Map<String, Metrics> tests = new LinkedHashMap<>(Map.of("test", test));
        tests.put("typos", typos);
        return tests;
    }

    private static Metrics metrics(int right) {
        int[] expected = new int[100];
        int[] predicted = new int[100];
        for (int i = 0; i < 100; i++) {
            expected[i] = i % 2;
            predicted[i] = i < right ? i % 2 : 1 - i % 2;
        }
        return Metrics.of(expected, predicted, 2);
    }

    @Test
    void aGainWhoseIntervalIsAboveZeroHelpsOnEachTestPart() {
        assertThat(comparison(75, 76, 74).conclusions())
                .containsExactly(
                        "At equal steps, augmentation changes accuracy by +5.0 points"
                                + " (95 % interval +2.5 to +7.5, 3 seeds): it helps.",
                        "At equal steps, augmentation changes accuracy on the test part with typos by +5.0 points"
                                + " (95 % interval +2.5 to +7.5, 3 seeds): it helps.",
                        "Against the frozen probe, tuning (originals-equal-steps) changes accuracy by +2.0 points"
                                + " (95 % interval +2.0 to +2.0, 3 seeds): it helps.",
                        "Against the frozen probe, tuning (originals-equal-steps) changes accuracy on the test part with"
                                + " typos by +2.0 points (95 % interval +2.0 to +2.0, 3 seeds): it helps.");
    }

    /** With rows of its own for each seed a probe varies, too, and is paired with what learnt the same rows. */
    @Test
    void aProbeOfDrawnRowsHasAnInterval() {
        List<Training.Result> results = new ArrayList<>();
        for (int seed = 1; seed <= 3; seed++) {
            results.add(result(Arm.of(Arm.Kind.FROZEN_PROBE), seed, 60 + 5 * seed, 0));
            results.add(result(Arm.of(Arm.Kind.ORIGINALS), seed, 63 + 5 * seed, 2));
        }
        Comparison drawn = new Comparison(
                own(Arm.of(Arm.Kind.FROZEN_PROBE), Arm.of(Arm.Kind.ORIGINALS)), List.of("test", "typos"), results);
        assertThat(drawn.table()).contains("70.0 ± 12.4", "73.0 ± 12.4");
        assertThat(drawn.conclusions().get(0)).contains("by +3.0 points (95 % interval +3.0 to +3.0, 3 seeds)");
        assertThat(comparison(75, 76, 74).table()).contains("68.0 ").doesNotContain("68.0 ±");
    }

    /** Its name is the user's own, and what the stage's weights bring is told of it. */
    @Test
    void anArmOfOtherWeightsIsComparedWithTheStage() {
        Arm other = new Arm("no-domain", Arm.Kind.OTHER_START, new StartingWeights("m", null, null));
        Arm tuned = new Arm("tuned", Arm.Kind.AUGMENTED, null);
        List<Training.Result> results = new ArrayList<>();
        for (int seed = 1; seed <= 3; seed++) {
            results.add(result(tuned, seed, 70 + seed, 4));
            results.add(result(other, seed, 66 + seed, 4));
        }
        Comparison comparison = new Comparison(own(other, tuned), List.of("test", "typos"), results);
        assertThat(comparison.conclusions())
                .containsExactly(
                        "Against no-domain, tuned changes accuracy by +4.0 points (95 % interval +4.0 to +4.0, 3 seeds): it"
                                + " helps.",
                        "Against no-domain, tuned changes accuracy on the test part with typos by +4.0 points (95 % interval"
                                + " +4.0 to +4.0, 3 seeds): it helps.");
        assertThat(comparison.table())
                .containsPattern("(?m)^no-domain +8 +4 +68.0 ± ")
                .containsPattern("(?m)^tuned ");
    }

    @Test
    void aLossWhoseIntervalIsBelowZeroHarms() {
        assertThat(comparison(65, 64, 66).conclusions().get(0))
                .contains("-5.0 points")
                .endsWith("3 seeds): it harms.");
    }

    @Test
    void anIntervalAroundZeroAndATieShowNothing() {
        assertThat(comparison(75, 60, 82).conclusions().get(0)).endsWith(": no difference can be shown.");
        assertThat(comparison(70, 70).conclusions().get(0))
                .endsWith("+0.0 to +0.0, 2 seeds): no difference can be shown.");
        // The difference of 0.61 and 0.61 as sums of doubles may be a last digit away from zero.
        assertThat(comparison(71, 69, 70).conclusions().get(0)).endsWith(": no difference can be shown.");
    }

    @Test
    void oneSeedConcludesNothing() {
        assertThat(comparison(99).conclusions())
                .hasSize(4)
                .allSatisfy(sentence ->
                        assertThat(sentence).endsWith("from one seed: no interval, nothing can be concluded."))
                .element(0)
                .asString()
                .startsWith("At equal steps, augmentation changes accuracy by +29.0 points");
    }

    @Test
    void onlyArmsThatAreThereAreConcludedFrom() {
        assertThat(comparison(own(Arm.of(Arm.Kind.ORIGINALS), Arm.of(Arm.Kind.AUGMENTED)), 75, 75)
                        .conclusions())
                .hasSize(2);
        assertThat(comparison(own(Arm.of(Arm.Kind.TF_IDF), Arm.of(Arm.Kind.AUGMENTED)), 75, 75)
                        .conclusions())
                .isEmpty();
        assertThat(comparison(own(Arm.of(Arm.Kind.FROZEN_PROBE), Arm.of(Arm.Kind.AUGMENTED)), 75, 75)
                        .conclusions())
                .first()
                .asString()
                .startsWith("Against the frozen probe, tuning (augmented) changes accuracy by +7.0 points");
    }

    @Test
    void oneTrainingStandsForTwoArmsAndTheTableSaysSo() {
        Map<Arm, Arm> trainedAs = own(ARMS);
        trainedAs.put(Arm.of(Arm.Kind.ORIGINALS_EQUAL_STEPS), Arm.of(Arm.Kind.ORIGINALS));
        Comparison comparison = comparison(trainedAs, 75, 76, 74);

        assertThat(comparison.table())
                .containsPattern("(?m)^originals-equal-steps +8 +2 +the same training as originals$")
                .contains("it helps");
        assertThat(comparison.metrics("x").toString()).contains("same-training-as=originals");
        trainedAs.put(Arm.of(Arm.Kind.AUGMENTED), Arm.of(Arm.Kind.ORIGINALS));
        assertThat(comparison(trainedAs, 75, 76, 74).conclusions().get(0))
                .isEqualTo("No copies were kept: there is nothing to compare.");
    }

    @Test
    void whatIsNotDrawnHasNoIntervalAndNoSteps() {
        assertThat(comparison(75, 65).table())
                .containsPattern("(?m)^tf-idf +8 +- +61\\.0 +\\d\\d\\.\\d +56\\.0 +\\d\\d\\.\\d$")
                .containsPattern("(?m)^frozen-probe +8 +- +68\\.0 ");
    }

    @Test
    void seedsOfAnArmAreAddedUp() {
        assertThat(comparison(75, 65).pooled(Arm.of(Arm.Kind.AUGMENTED)).accuracy())
                .isEqualTo(0.7);
        assertThat(comparison(75, 65).table()).contains("augmented", "70.0 ±");
    }
}
