// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.duplicates;

import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Texts that more than one row has, by their hash. Keys cross the cluster in blocks of plain numbers: as rows of a table they
 * would cost as much as making the copies.
 */
public final class RepeatedHashes {
    /** Keys of a block. */
    private static final int MOST_IN_BLOCK = 4096;
    /** Keys of all blocks that a task of the first stage fills. */
    private static final int MOST_HELD = 1 << 20;
    /** Keys that a task of the second stage holds, about. */
    private static final int KEYS_A_TASK = 500_000;

    /** The bits of a rank that say of which kind it is. */
    public static final long KINDS = 15;

    private RepeatedHashes() {}

    /** Takes the key of a row: the hash of its text, and its rank among the rows of that text. */
    @FunctionalInterface
    public interface Sink {
        void accept(long hash, long rank);
    }

    /** Gives the keys of what an RDD holds; may be several of each. */
    @FunctionalInterface
    public interface Keys<T> extends Serializable {
        void give(T from, Sink sink);
    }

    /**
     * What a task of the second stage finds.
     *
     * @param again in threes: hash, least and greatest rank of each text that occurs more than once
     * @param ofKind keys by the kind of their rank
     */
    public record Found(long[] again, long[] ofKind) implements Serializable {}

    /**
     * Looks for texts that occur more than once.
     *
     * @param kinds of ranks: how many there are, from 0
     */
    public static <T> JavaRDD<Found> hashes(JavaRDD<T> rows, Keys<T> keys, int kinds) {
        return gathered(rows, keys, 0).mapPartitions(blocks -> {
            List<long[]> all = all(blocks);
            long[] ofKind = new long[kinds];
            for (long[] block : all) {
                for (int i = 1; i < block.length; i += 2) {
                    ofKind[(int) (block[i] & KINDS)]++;
                }
            }
            return List.of(new Found(Table.of(all).repeated(), ofKind)).iterator();
        });
    }

    /**
     * The ranks of rows whose text a row of a lesser rank has, each followed by the least.
     *
     * @param expected keys of all rows, about
     */
    public static <T> JavaRDD<long[]> ranks(JavaRDD<T> rows, Keys<T> keys, long expected) {
        return gathered(rows, keys, expected).mapPartitions(blocks -> {
            List<long[]> all = all(blocks);
            return List.of(Table.of(all).losers(all)).iterator();
        });
    }

    /** The keys by hash. Where nobody knows how many are expected, there are as many parts as before. */
    private static <T> JavaPairRDD<Integer, long[]> gathered(JavaRDD<T> rows, Keys<T> keys, long expected) {
        int least = Math.max(rows.context().defaultParallelism(), rows.getNumPartitions());
        int parts = Math.toIntExact(Math.max(least, expected / KEYS_A_TASK + 1));
        return rows.mapPartitionsToPair(partition -> new Blocks<>(partition, keys, parts))
                .partitionBy(new HashPartitioner(parts));
    }

    private static List<long[]> all(Iterator<Tuple2<Integer, long[]>> blocks) {
        List<long[]> all = new ArrayList<>();
        blocks.forEachRemaining(block -> all.add(block._2()));
        return all;
    }

    /** The keys of a partition in blocks, by the part of the second stage that they belong to. */
    private static final class Blocks<T> implements Iterator<Tuple2<Integer, long[]>> {
        private final Iterator<T> rows;
        private final Keys<T> keys;
        private final long[][] blocks;
        private final int[] filled;
        private final Sink sink = this::add;
        private final List<Tuple2<Integer, long[]>> full = new ArrayList<>();

        Blocks(Iterator<T> rows, Keys<T> keys, int parts) {
            this.rows = rows;
            this.keys = keys;
            blocks = new long[parts][2 * Math.max(16, Math.min(MOST_IN_BLOCK, MOST_HELD / parts))];
            filled = new int[parts];
        }

        private void add(long hash, long rank) {
            int part = (int) Long.remainderUnsigned(hash, blocks.length);
            long[] block = blocks[part];
            block[filled[part]] = hash;
            block[filled[part] + 1] = rank;
            filled[part] += 2;
            if (filled[part] == block.length) {
                flush(part);
            }
        }

        private void flush(int part) {
            full.add(new Tuple2<>(part, Arrays.copyOf(blocks[part], filled[part])));
            filled[part] = 0;
        }

        @Override
        public boolean hasNext() {
            while (full.isEmpty() && rows.hasNext()) {
                keys.give(rows.next(), sink);
            }
            for (int part = 0; full.isEmpty() && part < filled.length; part++) {
                if (filled[part] > 0) {
                    flush(part);
                }
            }
            return !full.isEmpty();
        }

        @Override
        public Tuple2<Integer, long[]> next() {
            return full.remove(full.size() - 1);
        }
    }

    /** The least rank of each hash, and the greatest of those that came again. */
    private static final class Table {
        private final Long2LongOpenHashMap least;
        private final Long2LongOpenHashMap greatest = new Long2LongOpenHashMap();

        static Table of(List<long[]> blocks) {
            Table table = new Table(
                    blocks.stream().mapToInt(block -> block.length / 2).sum());
            for (long[] block : blocks) {
                for (int i = 0; i < block.length; i += 2) {
                    table.add(block[i], block[i + 1]);
                }
            }
            return table;
        }

        private Table(int keys) {
            least = new Long2LongOpenHashMap(keys);
        }

        private void add(long hash, long rank) {
            int before = least.size();
            long other = least.putIfAbsent(hash, rank);
            if (least.size() == before) {
                least.put(hash, Math.min(other, rank));
                greatest.mergeLong(hash, Math.max(other, rank), Math::max);
            }
        }

        long[] repeated() {
            return greatest.long2LongEntrySet().stream()
                    .flatMapToLong(
                            each -> LongStream.of(each.getLongKey(), least.get(each.getLongKey()), each.getLongValue()))
                    .toArray();
        }

        /** Of the same keys: each rank that is not the least of its hash, and the least. */
        long[] losers(List<long[]> blocks) {
            LongStream.Builder losers = LongStream.builder();
            for (long[] block : blocks) {
                for (int i = 0; i < block.length; i += 2) {
                    long first = least.get(block[i]);
                    if (block[i + 1] > first) {
                        losers.add(block[i + 1]).add(first);
                    }
                }
            }
            return losers.build().toArray();
        }
    }
}
