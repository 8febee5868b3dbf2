// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.jobs.search.ParzenEstimator.Tried;
import dev.graft.jobs.search.Space.Composition;
import dev.graft.random.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ParzenEstimatorTest {
    private static final Space SPACE = new Space(
            List.of("random-swap", "random-deletion", "keyboard-typos", "word-split", "case-change"),
            List.of(0.05, 0.1, 0.2, 0.3),
            List.of(1, 2, 4),
            3,
            List.of(Composition.values()),
            List.of(-1.0, 0.7));

    /** Typos help, the stronger the better, deletions harm, and more copies help a little. */
    private static double worth(Point point) {
        return 0.5
                + point.strengths().getOrDefault("keyboard-typos", 0.0)
                - point.strengths().getOrDefault("random-deletion", 0.0)
                + 0.02 * point.copies();
    }

    private static double worth(Policy policy) {
        String json = policy.json();
        double typos = strength(json, "keyboard-typos");
        return 0.5 + typos - strength(json, "random-deletion") + (json.contains("\"copies\":4") ? 0.08 : 0.02);
    }

    private static double strength(String json, String operator) {
        int at = json.indexOf(operator + "\",\"alpha\":");
        return at < 0
                ? 0
                : Double.parseDouble(json.substring(at + operator.length() + 10).split("[,}]")[0]);
    }

    private static Trial trial(Policy policy) {
        int right = (int) Math.round(1000 * worth(policy));
        return new Trial(policy.fingerprint(), 0, 1, 0.1, "1".repeat(right) + "0".repeat(1000 - right));
    }

    @Test
    void whatIsProposedIsBetterThanWhatIsDrawn() {
        ToDoubleFunction<List<Policy>> mean = policies -> policies.stream()
                .mapToDouble(ParzenEstimatorTest::worth)
                .average()
                .orElseThrow();
        int better = 0;
        for (long seed = 0; seed < 20; seed++) {
            List<Policy> found = new ParzenEstimator(SPACE)
                    .policies(
                            31,
                            seed,
                            some -> some.stream()
                                    .map(ParzenEstimatorTest::trial)
                                    .toList());
            assertThat(found).hasSize(31).doesNotHaveDuplicates().startsWith(Policy.NO_COPIES);
            better += mean.applyAsDouble(found.subList(21, 31)) > mean.applyAsDouble(found.subList(1, 11)) ? 1 : 0;
        }
        assertThat(better).isGreaterThanOrEqualTo(19);
    }

    @Test
    void eachOperatorHasAStrengthOfItsOwn() {
        List<Policy> found = new ParzenEstimator(SPACE)
                .policies(
                        40,
                        1,
                        some -> some.stream().map(ParzenEstimatorTest::trial).toList());
        assertThat(found)
                .extracting(Policy::name)
                .anyMatch(name -> name.matches("keyboard-typos 0\\.\\d+ [+>] (random-swap|word-split) 0\\.\\d+.*"));
    }

    @Test
    void equalTrialsProposeTheSame() {
        List<Tried> tried = new ArrayList<>();
        RandomGenerator random = Seeds.random(3);
        for (int i = 0; i < 30; i++) {
            Point point = SPACE.point(random);
            tried.add(new Tried(point, worth(point)));
        }
        assertThat(LongStream.range(0, 50)
                        .mapToObj(seed -> new ParzenEstimator(SPACE).proposed(tried, Seeds.random(seed)))
                        .toList())
                .isEqualTo(LongStream.range(0, 50)
                        .mapToObj(seed -> new ParzenEstimator(SPACE).proposed(tried, Seeds.random(seed)))
                        .toList())
                .allSatisfy(point -> {
                    assertThat(point.strengths()).hasSizeBetween(1, 3);
                    assertThat(SPACE.strengths()).containsAll(point.strengths().values());
                    assertThat(SPACE.copies()).contains(point.copies());
                });
    }

    @Test
    void withoutABudgetTheRestIsNotProposed() {
        List<Policy> found = new ParzenEstimator(SPACE)
                .policies(
                        31,
                        1,
                        some -> some.stream()
                                .limit(2)
                                .map(ParzenEstimatorTest::trial)
                                .toList());
        assertThat(found).hasSize(5);
    }
}
