// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.augment.Edit;
import dev.graft.random.Draw;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
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
public record Confusions(Map<String, List<String>> table) {
    /** Replaces one place of a word; null where the table has none of it. A letter with a mark is not the bare letter. */
    @Nullable
    public Edit edit(AnalyzedText text, Token word, RandomGenerator random) {
        String surface = text.textOf(word);
        int[] ends = text.characterEnds(word);
        List<int[]> places = new ArrayList<>();
        for (int first = 0; first < ends.length; first++) {
            int from = first == 0 ? 0 : ends[first - 1];
            for (int last = first; last < Math.min(ends.length, first + 2); last++) {
                if (table.containsKey(surface.substring(from, ends[last]))) {
                    places.add(new int[] {from, ends[last]});
                }
            }
        }
        if (places.isEmpty()) {
            return null;
        }
        int[] place = Draw.one(places, random);
        List<String> options = table.getOrDefault(surface.substring(place[0], place[1]), List.of());
        return new Edit(word.start() + place[0], word.start() + place[1], Draw.one(options, random));
    }
}
