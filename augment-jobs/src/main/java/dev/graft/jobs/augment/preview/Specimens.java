// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.preview;

import dev.graft.filter.Filter;
import dev.graft.jobs.augment.candidate.Candidate;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.random.Seeds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Copies of one operator that are worth a look; no copy is among two kinds.
 *
 * @param kept drawn by a hash of operator and copy, so that operators show different rows
 * @param near kept or dropped, those whose scores are nearest to where a filter's verdict turns
 * @param dropped of each reason in turn
 * @param others that were left as they were for a reason, or failed, of each reason one
 */
record Specimens(List<Candidate> kept, List<Candidate> near, List<Candidate> dropped, List<Candidate> others) {
    /** @param most of each kind */
    static Specimens of(List<Candidate> copies, List<Filter> filters, int most) {
        List<Candidate> drawn = copies.stream()
                .sorted(Comparator.comparingLong(
                        copy -> Seeds.document(copy.operator().hashCode(), copy.id())))
                .toList();
        Set<String> taken = new HashSet<>();
        List<Candidate> near = drawn.stream()
                .filter(copy -> margin(copy, filters) < Double.POSITIVE_INFINITY)
                .sorted(Comparator.comparingDouble(copy -> margin(copy, filters)))
                .limit(most)
                .toList();
        near.forEach(copy -> taken.add(copy.id()));
        return new Specimens(
                drawn.stream()
                        .filter(copy -> copy.fate() == Fate.KEPT && !taken.contains(copy.id()))
                        .limit(most)
                        .toList(),
                near,
                inTurn(drawn.stream()
                                .filter(copy -> copy.fate() == Fate.DROPPED && !taken.contains(copy.id()))
                                .toList())
                        .stream()
                        .limit(most)
                        .toList(),
                byReason(drawn.stream()
                                .filter(copy -> copy.fate() == Fate.FAILED
                                        || copy.fate() == Fate.UNCHANGED
                                                && !copy.reason().isEmpty())
                                .toList())
                        .values()
                        .stream()
                        .map(some -> some.get(0))
                        .toList());
    }

    /** The least distance of a score to a bound; infinite where there is none. */
    static double margin(Candidate copy, List<Filter> filters) {
        double least = Double.POSITIVE_INFINITY;
        for (Filter filter : filters) {
            Double score = copy.scores().get(filter.name());
            if (score != null && filter.judges(copy.operator())) {
                for (double bound : filter.bounds()) {
                    least = Math.min(least, Math.abs(score - bound));
                }
            }
        }
        return least;
    }

    private static Map<String, List<Candidate>> byReason(List<Candidate> copies) {
        Map<String, List<Candidate>> groups = new LinkedHashMap<>();
        copies.forEach(copy ->
                groups.computeIfAbsent(copy.reason(), any -> new ArrayList<>()).add(copy));
        return groups;
    }

    /** One of each reason after the other. */
    private static List<Candidate> inTurn(List<Candidate> copies) {
        Collection<List<Candidate>> groups = byReason(copies).values();
        List<Candidate> turns = new ArrayList<>(copies.size());
        for (int round = 0; turns.size() < copies.size(); round++) {
            for (List<Candidate> group : groups) {
                if (round < group.size()) {
                    turns.add(group.get(round));
                }
            }
        }
        return turns;
    }
}
