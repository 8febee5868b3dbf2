// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.duplicates;

import dev.graft.jobs.augment.schema.RowKind;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.sketch.BloomFilter;
import org.jspecify.annotations.Nullable;

/**
 * The rows that lose their place to another row. They are sent to all tasks, 8 bytes each: a join would move every row for the
 * sake of a few.
 *
 * @param ranks of the rows in ascending order, by the reason
 * @param sieve lets each of these ranks pass, and hardly another
 */
public record Exclusions(Map<String, long[]> ranks, BloomFilter sieve) implements Serializable {
    private static final long BITS_A_ROW = 8;
    private static final long MOST_BITS = 1 << 26;
    private static final String DUPLICATE = "duplicate";
    private static final String IN_EVALUATION = "in-evaluation";

    /**
     * The copies whose text another row has that is before them.
     *
     * @param again ranks in pairs: of a row, and the least of a row with its text
     */
    public static Exclusions ofTexts(JavaRDD<long[]> again) {
        List<long[]> pairs = again.collect();
        Map<String, long[]> ranks = new TreeMap<>();
        ranks.put(DUPLICATE, copies(pairs, RowKind.ORIGINAL.first(), Long.MAX_VALUE));
        ranks.put(IN_EVALUATION, copies(pairs, Long.MIN_VALUE, RowKind.ORIGINAL.first()));
        return of(ranks);
    }

    /** The copies that lose to a row of a rank from {@code least} to below {@code limit}. */
    private static long[] copies(List<long[]> pairs, long least, long limit) {
        return pairs.stream()
                .flatMapToLong(pair -> LongStream.iterate(0, i -> i < pair.length, i -> i + 2)
                        .filter(i -> pair[(int) i] >= RowKind.COPY.first())
                        .filter(i -> pair[(int) i + 1] >= least && pair[(int) i + 1] < limit)
                        .map(i -> pair[(int) i]))
                .sorted()
                .toArray();
    }

    /** With those of a table of ranks and reasons. */
    public Exclusions and(Dataset<Row> table) {
        Map<String, long[]> all = new TreeMap<>(ranks);
        table.collectAsList().stream()
                .collect(Collectors.groupingBy(row -> row.getString(1)))
                .forEach((reason, rows) -> all.put(
                        reason,
                        rows.stream().mapToLong(row -> row.getLong(0)).sorted().toArray()));
        return of(all);
    }

    /** Of ranks in ascending order, by the reason. */
    public static Exclusions of(Map<String, long[]> ranks) {
        long rows = ranks.values().stream().mapToLong(each -> each.length).sum();
        long some = Math.max(1, rows);
        BloomFilter sieve = BloomFilter.create(some, Math.min(MOST_BITS, BITS_A_ROW * some));
        ranks.values().forEach(each -> LongStream.of(each).forEach(sieve::putLong));
        return new Exclusions(ranks, sieve);
    }

    /** Why the row of a rank loses; null where it does not. */
    @Nullable
    public String reason(long rank) {
        if (!sieve.mightContainLong(rank)) {
            return null;
        }
        for (Map.Entry<String, long[]> reason : ranks.entrySet()) {
            if (Arrays.binarySearch(reason.getValue(), rank) >= 0) {
                return reason.getKey();
            }
        }
        return null;
    }
}
