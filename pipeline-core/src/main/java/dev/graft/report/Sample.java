// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import dev.graft.augment.Edit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A kept copy, to be shown as a diff.
 *
 * @param operator that made it
 * @param source id of the document it was made of
 * @param label the class, null where the document is unlabelled
 * @param text of the document
 * @param edits that make the copy
 * @param scores by filter
 */
public record Sample(
        String operator,
        String source,
        @Nullable String label,
        String text,
        List<Edit> edits,
        Map<String, Double> scores) {
    public Sample {
        edits = List.copyOf(edits);
        scores = new TreeMap<>(scores);
    }

    /** At most {@code most} of the samples: one of each operator in turn, grouped by operator. */
    public static List<Sample> spread(List<Sample> samples, int most) {
        Map<String, List<Sample>> groups = byOperator(samples);
        Map<String, Integer> shares = new HashMap<>();
        int left = Math.min(most, samples.size());
        for (int round = 0; left > 0; round++) {
            for (Map.Entry<String, List<Sample>> group : groups.entrySet()) {
                if (round < group.getValue().size() && left > 0) {
                    shares.merge(group.getKey(), 1, Integer::sum);
                    left--;
                }
            }
        }
        return groups.entrySet().stream()
                .flatMap(group -> group.getValue().stream().limit(shares.getOrDefault(group.getKey(), 0)))
                .toList();
    }

    /** The samples in their order, by operator in the order in which these are met. */
    static Map<String, List<Sample>> byOperator(List<Sample> samples) {
        return samples.stream()
                .collect(Collectors.groupingBy(Sample::operator, LinkedHashMap::new, Collectors.toList()));
    }
}
