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
 * shuffles anew. A pure function of (lengths, batch size, seed, epoch).
 *
 * @param lengths tokens of each row
 * @param size rows a batch; the last one of an epoch may be smaller
 */
record Batches(int[] lengths, int size, long seed) {
    /** Rows are sorted by length within pools of this many batches, not over all, so that epochs differ. */
    private static final int POOL = 16;

    int perEpoch() {
        return (lengths.length + size - 1) / size;
    }

    /** The batches of the steps from {@code step} on, without end. */
    Iterator<int[]> from(int step) {
        return Stream.iterate(step / perEpoch(), epoch -> epoch + 1)
                .flatMap(epoch -> epoch(epoch).stream())
                .skip(step % perEpoch())
                .iterator();
    }

    /** Indices of rows, batch by batch; each row once. */
    List<int[]> epoch(int epoch) {
        RandomGenerator random = Seeds.random(Seeds.ofPurpose(seed, "batches", epoch));
        Integer[] rows = new Integer[lengths.length];
        Arrays.setAll(rows, row -> row);
        shuffle(Arrays.asList(rows), random);
        for (int start = 0; start < rows.length; start += POOL * size) {
            int end = Math.min(start + POOL * size, rows.length);
            Arrays.sort(rows, start, end, Comparator.comparingInt(row -> lengths[row]));
        }
        List<int[]> batches = new ArrayList<>();
        for (int start = 0; start < rows.length; start += size) {
            batches.add(Arrays.stream(rows, start, Math.min(start + size, rows.length))
                    .mapToInt(row -> row)
                    .toArray());
        }
        shuffle(batches, random);
        return batches;
    }

    /** Fisher-Yates. */
    private static <T> void shuffle(List<T> list, RandomGenerator random) {
        for (int i = list.size() - 1; i > 0; i--) {
            Collections.swap(list, i, random.nextInt(i + 1));
        }
    }
}
