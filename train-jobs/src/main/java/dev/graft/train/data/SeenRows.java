// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Other rows seen in another way: each is made as it is asked for, so that as many as a file holds take no memory. */
public final class SeenRows<R> extends AbstractList<R> implements RandomAccess, Lengths {
    private final int size;
    private final IntFunction<R> row;
    private final Supplier<Optional<int[]>> lengths;

    private SeenRows(int size, IntFunction<R> row, Supplier<Optional<int[]>> lengths) {
        this.size = size;
        this.row = row;
        this.lengths = lengths;
    }

    /** Each row changed, in a way that leaves it as long as it is. */
    public static <A, R> List<R> each(List<A> rows, Function<? super A, ? extends R> change) {
        return new SeenRows<>(rows.size(), i -> change.apply(rows.get(i)), () -> Lengths.of(rows));
    }

    /** Those at some places, in their order; a place may come more than once. */
    public static <R> List<R> at(List<R> rows, int[] places) {
        int[] chosen = places.clone();
        return new SeenRows<>(
                chosen.length,
                i -> rows.get(chosen[i]),
                () -> Lengths.of(rows)
                        .map(all ->
                                Arrays.stream(chosen).map(place -> all[place]).toArray()));
    }

    /** The ones and then the others. */
    public static <R> List<R> both(List<R> ones, List<R> others) {
        int first = ones.size();
        return new SeenRows<>(
                first + others.size(),
                i -> i < first ? ones.get(i) : others.get(i - first),
                () -> Lengths.of(ones)
                        .flatMap(some -> Lengths.of(others)
                                .map(more -> IntStream.concat(Arrays.stream(some), Arrays.stream(more))
                                        .toArray())));
    }

    @Override
    public R get(int index) {
        return row.apply(Objects.checkIndex(index, size));
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Optional<int[]> lengths() {
        return lengths.get();
    }
}
