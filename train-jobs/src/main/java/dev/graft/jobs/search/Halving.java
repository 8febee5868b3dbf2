// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * Successive halving (Jamieson & Talwalkar 2016): all policies are tried with one seed, the best of them with more, and so on.
 * No copies, by which all are measured, stays.
 *
 * @param eta of so many policies one goes on, with so many times the seeds
 * @param seeds most of a policy
 */
record Halving(int eta, int seeds) {
    /** A policy and the number of a draw. */
    record Asked(Policy policy, int seed) {}

    /**
     * @param done trials that need not be run again
     * @param batch asked at once
     * @param runs what came of a batch
     * @param left how many trials may follow so many; asked before each batch, and 0 or less ends it
     * @return trials by the fingerprint of their policy
     */
    Map<String, List<Trial>> run(
            List<Policy> policies,
            Function<Asked, Optional<Trial>> done,
            int batch,
            Function<List<Asked>, List<Trial>> runs,
            IntUnaryOperator left) {
        Map<String, List<Trial>> trials = new HashMap<>();
        List<Policy> rest = policies;
        int from = 0;
        for (int to = 1; from < seeds && !rest.isEmpty(); to = Math.min(seeds, to * eta)) {
            List<Asked> asked = new ArrayList<>();
            for (Policy policy : rest) {
                // Without copies nothing is drawn.
                for (int seed = from; seed < (policy.makesCopies() ? to : 1); seed++) {
                    asked.add(new Asked(policy, seed));
                }
            }
            if (!run(asked, done, batch, runs, left, trials) || to == seeds) {
                return trials;
            }
            rest = best(rest, trials);
            from = to;
        }
        return trials;
    }

    private static boolean run(
            List<Asked> asked,
            Function<Asked, Optional<Trial>> done,
            int batch,
            Function<List<Asked>, List<Trial>> runs,
            IntUnaryOperator left,
            Map<String, List<Trial>> trials) {
        List<Asked> missing = new ArrayList<>();
        for (Asked each : asked) {
            done.apply(each).ifPresentOrElse(trial -> add(trials, trial), () -> missing.add(each));
        }
        for (int at = 0; at < missing.size(); ) {
            int most = Math.min(
                    batch,
                    left.applyAsInt(
                            trials.values().stream().mapToInt(List::size).sum()));
            if (most <= 0) {
                return false;
            }
            List<Asked> some = missing.subList(at, Math.min(missing.size(), at + most));
            runs.apply(some).forEach(trial -> add(trials, trial));
            at += some.size();
        }
        return true;
    }

    private static void add(Map<String, List<Trial>> trials, Trial trial) {
        trials.computeIfAbsent(trial.policy(), any -> new ArrayList<>()).add(trial);
    }

    /** One of eta, and at least one, beside no copies. */
    private List<Policy> best(List<Policy> policies, Map<String, List<Trial>> trials) {
        List<Policy> ranked = policies.stream()
                .filter(Policy::makesCopies)
                .sorted(Comparator.<Policy>comparingDouble(
                                policy -> -Objects.requireNonNull(trials.get(policy.fingerprint())).stream()
                                        .mapToDouble(Trial::accuracy)
                                        .average()
                                        .orElseThrow())
                        .thenComparing(Policy::name))
                .toList();
        return ranked.subList(0, Math.min(ranked.size(), Math.max(1, (ranked.size() + eta - 1) / eta)));
    }
}
