// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import java.util.TreeMap;

/** How many rows have how many tokens. */
final class TokenCounts {
    private final TreeMap<Integer, Long> counts = new TreeMap<>();

    void add(int tokens, long rows) {
        counts.merge(tokens, rows, Long::sum);
    }

    long rows() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    long longerThan(int most) {
        return counts.tailMap(most, false).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** The tokens that cut no more than a share of the rows. */
    int cutting(double share) {
        return counts.keySet().stream()
                .filter(tokens -> longerThan(tokens) <= share * rows())
                .findFirst()
                .orElse(0);
    }
}
