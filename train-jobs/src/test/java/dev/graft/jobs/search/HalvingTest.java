// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.jobs.search.Halving.Asked;
import dev.graft.jobs.search.Space.Composition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HalvingTest {
    private static final Space SPACE = new Space(
            List.of("random-swap", "random-deletion", "contraction"),
            List.of(0.1, 0.3),
            List.of(1, 2),
            2,
            List.of(Composition.values()),
            List.of(-1.0, 0.7));

    private final List<Asked> run = new ArrayList<>();

    /** The share of rows that a policy gets right is told by its place, a little less with odd seeds. */
    private Trial trial(List<Policy> policies, Asked asked) {
        run.add(asked);
        int right = 20 + 5 * policies.indexOf(asked.policy()) - asked.seed() % 2;
        return new Trial(
                asked.policy().fingerprint(), asked.seed(), 7, 0.1, "1".repeat(right) + "0".repeat(100 - right));
    }

    private Map<String, List<Trial>> halve(List<Policy> policies, Map<String, Trial> known, int most) {
        run.clear();
        return new Halving(3, 9)
                .run(
                        policies,
                        asked -> Optional.ofNullable(known.get(asked.policy().fingerprint() + asked.seed())),
                        4,
                        asked -> asked.stream()
                                .map(each -> trial(policies, each))
                                .toList(),
                        trials -> most - trials);
    }

    @Test
    void theBestGetMostSeeds() {
        List<Policy> policies = SPACE.drawn(10, 1);
        Map<String, List<Trial>> trials = halve(policies, Map.of(), 1000);
        List<Integer> seeds = policies.stream()
                .map(policy ->
                        Objects.requireNonNull(trials.get(policy.fingerprint())).size())
                .toList();
        assertThat(seeds).containsExactly(1, 1, 1, 1, 1, 1, 1, 3, 3, 9);
        Leaderboard board = Leaderboard.of(policies, trials);
        assertThat(board.entries().get(0).policy()).isEqualTo(policies.get(9));
        assertThat(board.winner()).contains(policies.get(9));
        assertThat(board.conclusion()).contains("+44.6 (", ": it is chosen.");
        assertThat(board.table()).contains("no copies", policies.get(9).name());
    }

    @Test
    void whatWasTriedIsNotTriedAgainAndTheBudgetEndsIt() {
        List<Policy> policies = SPACE.drawn(10, 1);
        halve(policies, Map.of(), 12);
        List<Asked> first = List.copyOf(run);
        assertThat(first).hasSize(12);
        Map<String, Trial> known = new HashMap<>();
        first.forEach(asked -> known.put(asked.policy().fingerprint() + asked.seed(), trial(policies, asked)));
        Map<String, List<Trial>> resumed = halve(policies, known, 1000);
        assertThat(run).doesNotContainAnyElementsOf(first);
        assertThat(resumed).isEqualTo(halve(policies, Map.of(), 1000));
    }

    @Test
    void whatIsNoBetterByAnIntervalIsNotChosen() {
        List<Policy> policies = SPACE.drawn(2, 1);
        Map<String, List<Trial>> trials = new HashMap<>();
        trials.put(policies.get(0).fingerprint(), List.of(trial(0, "0101010101")));
        trials.put(policies.get(1).fingerprint(), List.of(trial(1, "0111010101")));
        Leaderboard board = Leaderboard.of(policies, trials);
        assertThat(board.winner()).isEmpty();
        assertThat(board.conclusion()).startsWith("Nothing beats \"no copies\" by an interval");
    }

    private static Trial trial(int policy, String right) {
        return new Trial("p" + policy, 0, 1, 0.1, right);
    }

    @Test
    void aSpaceIsDrawnTheSameEachTimeAndNoPolicyTwice() {
        List<Policy> policies = SPACE.drawn(30, 7);
        assertThat(policies).isEqualTo(SPACE.drawn(30, 7)).isNotEqualTo(SPACE.drawn(30, 8));
        assertThat(policies.get(0)).isEqualTo(Policy.NO_COPIES);
        assertThat(policies.stream().map(Policy::fingerprint).distinct()).hasSameSizeAs(policies);
        assertThat(new Space(
                                List.of("contraction"),
                                List.of(0.1),
                                List.of(1),
                                1,
                                List.of(Composition.BESIDE),
                                List.of(-1.0))
                        .drawn(30, 7))
                .extracting(Policy::name)
                .containsExactly("no copies", "contraction, 0.1, 1 copy");
        String all = policies.stream().map(Policy::json).collect(Collectors.joining());
        assertThat(all).contains("\"sequence\"", "\"one-of\"", "\"rate\":0.3", "\"alpha\":0.1", "\"copies\":2");
    }
}
