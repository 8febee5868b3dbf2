// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import dev.graft.augment.Edit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A copy, to be shown as a diff.
 *
 * @param operator that made it
 * @param source id of the document it was made of
 * @param label the class, null where the document is unlabelled
 * @param text of the document
 * @param edits that make the copy
 * @param scores by filter
 * @param reason why it was dropped, or why it is shown; empty of one that stands for those that were kept
 */
public record Sample(
        String operator,
        String source,
        @Nullable String label,
        String text,
        List<Edit> edits,
        Map<String, Double> scores,
        String reason) {
    public Sample {
        edits = List.copyOf(edits);
        scores = new TreeMap<>(scores);
    }

    /** One of those that were kept. */
    public static Sample kept(
            String operator,
            String source,
            @Nullable String label,
            String text,
            List<Edit> edits,
            Map<String, Double> scores) {
        return new Sample(operator, source, label, text, edits, scores, "");
    }

    public Sample because(String why) {
        return new Sample(operator, source, label, text, edits, scores, why);
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

    /** Both, grouped by operator. */
    public static List<Sample> together(List<Sample> some, List<Sample> others) {
        return byOperator(Stream.concat(some.stream(), others.stream()).toList()).values().stream()
                .flatMap(List::stream)
                .toList();
    }

    /** The samples in their order, by operator in the order in which these are met. */
    static Map<String, List<Sample>> byOperator(List<Sample> samples) {
        return samples.stream()
                .collect(Collectors.groupingBy(Sample::operator, LinkedHashMap::new, Collectors.toList()));
    }
}
