// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What is taken for what.
 *
 * @param table from one or two characters to those that stand in their place
 */
record Confusions(Map<String, List<String>> table) {
    /** Replaces one place of a word, which starts at {@code start} of the text; null where the table has none of it. */
    @Nullable
    Edit edit(String word, int start, RandomGenerator random) {
        List<int[]> places = new ArrayList<>();
        for (int from = 0; from < word.length(); from++) {
            for (int to = from + 1; to <= Math.min(word.length(), from + 2); to++) {
                if (table.containsKey(word.substring(from, to))) {
                    places.add(new int[] {from, to});
                }
            }
        }
        if (places.isEmpty()) {
            return null;
        }
        int[] place = Draw.one(places, random);
        List<String> options = table.getOrDefault(word.substring(place[0], place[1]), List.of());
        return new Edit(start + place[0], start + place[1], Draw.one(options, random));
    }
}
