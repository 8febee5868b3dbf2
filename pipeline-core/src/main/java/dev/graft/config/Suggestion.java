// SPDX-License-Identifier: Apache-2.0
package dev.graft.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;

/** What a key that is not known may have been meant to be. */
final class Suggestion {
    private Suggestion() {}

    /** The end of a sentence: the nearest known key, or all of them. */
    static String of(String key, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(candidate, key)))
                .filter(nearest -> distance(nearest, key) <= Math.max(2, key.length() / 3))
                .map(nearest -> "; did you mean \"" + nearest + "\"?")
                .orElse("; known here: " + known.stream().sorted().collect(Collectors.joining(", ")));
    }

    /** Levenshtein distance, two rows at a time. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitution, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
