// SPDX-License-Identifier: Apache-2.0
package dev.graft.text.wordnet;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/** Words, numbered in their order from 0. */
final class WordNumbers {
    private final List<String> words;
    private final Map<String, Integer> numbers = new HashMap<>();

    WordNumbers(SortedSet<String> all) {
        words = new ArrayList<>(all);
        words.forEach(word -> numbers.put(word, numbers.size()));
    }

    /** -1 where the word has none. */
    int of(String word) {
        return numbers.getOrDefault(word, -1);
    }

    /** All words in one. */
    byte[] letters() {
        return String.join("", words).getBytes(StandardCharsets.US_ASCII);
    }

    /** Where each word ends in {@link #letters}. */
    int[] ends() {
        int[] ends = new int[words.size()];
        int end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += words.get(i).length();
            ends[i] = end;
        }
        return ends;
    }
}
