// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import dev.graft.augment.Edit;
import java.util.ArrayList;
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
    static Map<String, List<Sample>> spread(List<Sample> samples, int most) {
        Map<String, List<Sample>> groups = samples.stream()
                .collect(Collectors.groupingBy(Sample::operator, LinkedHashMap::new, Collectors.toList()));
        Map<String, List<Sample>> chosen = new LinkedHashMap<>();
        int left = Math.min(most, samples.size());
        for (int round = 0; left > 0; round++) {
            for (List<Sample> group : groups.values()) {
                if (round < group.size() && left > 0) {
                    Sample next = group.get(round);
                    chosen.computeIfAbsent(next.operator, operator -> new ArrayList<>())
                            .add(next);
                    left--;
                }
            }
        }
        return chosen;
    }
}
