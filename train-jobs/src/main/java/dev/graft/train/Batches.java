// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.random.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The order in which rows are trained on: rows of like length share a batch, so that little is padded, and each epoch
 * shuffles anew. A pure function of (lengths, sizes, seed, epoch).
 *
 * @param lengths tokens of each row
 * @param size rows a batch; the last one of an epoch may be smaller
 * @param tokens where it is more than 0, a batch has rows up to so many tokens, padding counted, in the place of {@code size}
 */
record Batches(int[] lengths, int size, int tokens, long seed) {
    /** Rows are sorted by length within pools of this many batches, not over all, so that epochs differ. */
    private static final int POOL = 16;

    /** As many steps as {@code epochs} take; by tokens, epochs differ in theirs. */
    int steps(int epochs) {
        if (tokens == 0) {
            return Math.multiplyExact(epochs, (lengths.length + size - 1) / size);
        }
        int steps = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            steps = Math.addExact(steps, epoch(epoch).size());
        }
        return steps;
    }

    /**
     * A step's rows.
     *
     * @param last whether it is the last one of its epoch
     */
    record Batch(int[] rows, boolean last) {}

    /** The batches of the steps from {@code step} on, without end. */
    Iterator<Batch> from(int step) {
        int epochs = tokens == 0 ? step / steps(1) : 0;
        return Stream.iterate(epochs, epoch -> epoch + 1)
                .flatMap(epoch -> {
                    List<int[]> batches = epoch(epoch);
                    return Stream.iterate(0, i -> i < batches.size(), i -> i + 1)
                            .map(i -> new Batch(batches.get(i), i + 1 == batches.size()));
                })
                .skip(tokens == 0 ? step % steps(1) : step)
                .iterator();
    }

    /** Indices of rows, batch by batch; each row once. */
    List<int[]> epoch(int epoch) {
        RandomGenerator random = Seeds.random(Seeds.ofPurpose(seed, "batches", epoch));
        Integer[] rows = new Integer[lengths.length];
        Arrays.setAll(rows, row -> row);
        shuffle(Arrays.asList(rows), random);
        int pool = POOL * (tokens == 0 ? size : Math.max(1, tokens / Math.max(1, mean())));
        for (int start = 0; start < rows.length; start += pool) {
            Arrays.sort(rows, start, Math.min(start + pool, rows.length), Comparator.comparingInt(row -> lengths[row]));
        }
        List<int[]> batches = new ArrayList<>();
        int start = 0;
        while (start < rows.length) {
            int end = end(rows, start);
            batches.add(Arrays.stream(rows, start, end).mapToInt(row -> row).toArray());
            start = end;
        }
        shuffle(batches, random);
        return batches;
    }

    private int mean() {
        return (int) Arrays.stream(lengths).average().orElse(1);
    }

    /** Where a batch that begins at {@code start} ends, exclusive. */
    private int end(Integer[] rows, int start) {
        if (tokens == 0) {
            return Math.min(start + size, rows.length);
        }
        int longest = lengths[rows[start]];
        int end = start + 1;
        while (end < rows.length && (long) Math.max(longest, lengths[rows[end]]) * (end + 1 - start) <= tokens) {
            longest = Math.max(longest, lengths[rows[end++]]);
        }
        return end;
    }

    /** Fisher-Yates. */
    private static <T> void shuffle(List<T> list, RandomGenerator random) {
        for (int i = list.size() - 1; i > 0; i--) {
            Collections.swap(list, i, random.nextInt(i + 1));
        }
    }
}
