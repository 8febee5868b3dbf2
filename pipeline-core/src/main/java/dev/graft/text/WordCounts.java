// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

import dev.graft.text.Vocabulary.Count;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.jspecify.annotations.Nullable;

/** Counts what operators ask of a corpus, text by text; the counts of two parts of a corpus can be merged. */
public final class WordCounts {
    /** Stands in every text. */
    private static final String ANY = "";

    private static final double CHANCE = 0.05;

    private final Map<String, Tally> tallies = new HashMap<>();

    /**
     * Of a word, or of two side by side.
     *
     * @param classes the documents by their class, of single words and labelled documents
     */
    public record Tally(long documents, long occurrences, Map<String, Long> classes) implements Serializable {
        private static Tally of(long occurrences, @Nullable String label) {
            return new Tally(1, occurrences, label == null ? Map.of() : Map.of(label, 1L));
        }

        public Tally plus(Tally other) {
            Map<String, Long> both = new HashMap<>(classes);
            other.classes.forEach((label, count) -> both.merge(label, count, Long::sum));
            return new Tally(documents + other.documents, occurrences + other.occurrences, both);
        }
    }

    public void add(AnalyzedText text) {
        String label = text.document().label();
        List<String> words = Vocabulary.words(text);
        Map<String, Long> own = new HashMap<>();
        Set<String> pairs = new HashSet<>();
        for (int i = 0; i < words.size(); i++) {
            own.merge(words.get(i), 1L, Long::sum);
            if (i > 0 && text.isBesideLast(i)) {
                String pair = words.get(i - 1) + " " + words.get(i);
                own.merge(pair, 1L, Long::sum);
                pairs.add(pair);
            }
        }
        add(ANY, Tally.of(1, label));
        own.forEach((word, times) -> add(word, Tally.of(times, pairs.contains(word) ? null : label)));
    }

    public void add(String word, Tally tally) {
        tallies.merge(word, tally, Tally::plus);
    }

    public Map<String, Tally> tallies() {
        return tallies;
    }

    public Vocabulary vocabulary() {
        Tally all = tallies.getOrDefault(ANY, new Tally(0, 0, Map.of()));
        double chance = all.classes().size() < 2 ? 0 : chance(all);
        return new Vocabulary(
                all.documents(),
                tallies.entrySet().stream()
                        .filter(each -> !each.getKey().equals(ANY))
                        .map(each -> count(each.getKey(), each.getValue(), all, chance))
                        .toList());
    }

    private static Count count(String word, Tally tally, Tally all, double chance) {
        double information = tally.classes().isEmpty() ? 0 : information(tally, all);
        return new Count(word, tally.documents(), tally.occurrences(), information > chance ? information : 0);
    }

    /** The information in bits that a word of no class has by chance in one of twenty cases (G-test). */
    private static double chance(Tally all) {
        double g = new ChiSquaredDistribution(all.classes().size() - 1.0).inverseCumulativeProbability(1 - CHANCE);
        return g / (2 * labelled(all) * Math.log(2));
    }

    private static double labelled(Tally tally) {
        return tally.classes().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Mutual information of the class and whether a word is there, in bits. */
    private static double information(Tally tally, Tally all) {
        double rows = labelled(all);
        double present = labelled(tally);
        double bits = 0;
        for (Map.Entry<String, Long> each : all.classes().entrySet()) {
            double both = Objects.requireNonNullElse(tally.classes().get(each.getKey()), 0L);
            bits += part(both, each.getValue(), present, rows)
                    + part(each.getValue() - both, each.getValue(), rows - present, rows);
        }
        return bits;
    }

    private static double part(double both, double ofClass, double ofWord, double rows) {
        return both == 0 ? 0 : both / rows * Math.log(both * rows / (ofClass * ofWord)) / Math.log(2);
    }
}
