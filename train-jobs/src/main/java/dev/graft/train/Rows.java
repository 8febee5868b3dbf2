// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.tokenize.Tokenizer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Tokenised examples.
 *
 * @param ids token ids of each row, with the special ones
 * @param labels class of each row
 */
record Rows(List<long[]> ids, long[] labels) {
    static Rows of(List<Example> examples, Tokenizer tokenizer) {
        return new Rows(
                examples.stream().map(example -> tokenizer.ids(example.text())).toList(),
                examples.stream().mapToLong(Example::label).toArray());
    }

    Rows select(int[] rows) {
        return new Rows(
                IntStream.of(rows).mapToObj(ids::get).toList(),
                IntStream.of(rows).mapToLong(row -> labels[row]).toArray());
    }

    int[] lengths() {
        return ids.stream().mapToInt(row -> row.length).toArray();
    }

    long tokens() {
        return IntStream.of(lengths()).sum();
    }
}
