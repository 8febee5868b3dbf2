// SPDX-License-Identifier: Apache-2.0
package dev.graft.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

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

    private static int distance(String a, String b) {
        return LevenshteinDistance.getDefaultInstance().apply(a, b);
    }
}
