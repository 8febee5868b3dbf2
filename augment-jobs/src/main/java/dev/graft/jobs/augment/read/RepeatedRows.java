// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.md5;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.graft.corpus.Source;
import dev.graft.jobs.Columns;
import dev.graft.jobs.augment.catalyst.InternalRows;
import dev.graft.jobs.augment.duplicates.RepeatedHashes;
import dev.graft.jobs.augment.duplicates.RepeatedHashes.Found;
import dev.graft.jobs.augment.read.CorpusTables.Census;
import dev.graft.jobs.augment.schema.RunTables;
import dev.graft.storage.Place;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.sketch.BloomFilter;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Of rows with one id the first stays, and of evaluation and training rows with one text the evaluation row. Only rows whose
 * id or text occurs again, by a hash, are compared; mostly there are few.
 *
 * @param all the rows; those with a reason are set aside already
 * @param keys of ids and texts that occur again
 * @param census of all, as if none of them repeated another
 * @param repeated how many such keys there are
 * @param twoLabels texts that training rows have under more than one label
 */
public record RepeatedRows(
        Source source,
        Place staging,
        Dataset<Row> all,
        JavaRDD<Row> keys,
        Census census,
        long repeated,
        long twoLabels) {
    private static final String DUPLICATE = "duplicate row";
    private static final String LEAK = "same text as a row of ";
    /** What the key of an id, of a text, and of a text that has a label ends in. */
    private static final long KEY_BITS = 3;

    private static final long TEXT = 1;
    private static final long LABELLED = 3;

    /** Ranks of the keys of ids: by split, then of rows that are set aside. After them those of the keys of texts. */
    private static final List<String> SPLITS = List.of("train", "validation", "test");

    private static final int ASIDE = SPLITS.size();
    private static final int TRAINING_TEXT = ASIDE + 1;
    private static final int EVALUATION_TEXT = ASIDE + 2;
    /** In the rank of a text that has a label, its hash stands before this. */
    private static final int LABELLED_TEXT = ASIDE + 3;

    private static final int RANKS = ASIDE + 4;

    /** Wanted of the sieve. Spark gives it 8 MB at most: of more than ten million keys, more rows pass that need not. */
    private static final double FALSE_POSITIVES = 0.03;

    private static final StructType KEY = new StructType().add(CorpusReader.INTERNAL + "key", DataTypes.LongType);
    private static final scala.collection.immutable.Seq<String> ON_ROW = CollectionConverters.asScala(
                    List.of(CorpusReader.FILE, CorpusReader.ROW))
            .toList();
    private static final scala.collection.immutable.Seq<String> ON_KEY =
            CollectionConverters.asScala(List.of(CorpusReader.INTERNAL + "key")).toList();

    /** Whether a quarantined row counts against {@code max-bad-rows}: a repeated row is nobody's mistake. */
    public static Column isBad(Column reason) {
        return not(reason.equalTo(DUPLICATE).or(reason.startsWith(LEAK)));
    }

    public static RepeatedRows among(Dataset<Row> all, Source source, Place staging) {
        Column good = col(CorpusReader.REASON).isNull();
        Column rank = when(not(good), lit(ASIDE));
        for (String split : SPLITS) {
            rank = rank.when(col(CorpusReader.SPLIT).equalTo(split), lit(SPLITS.indexOf(split)));
        }
        rank = rank.otherwise(lit(ASIDE));
        Column key = when(good, idKey())
                .otherwise(
                        xxhash64(col(CorpusReader.FILE), col(CorpusReader.ROW)).bitwiseAND(~KEY_BITS));
        boolean evaluates = source.hasEvaluation();
        Dataset<Row> told = all.select(rank.cast("long"), key, textKey(source), labelRank(source));
        JavaRDD<Found> found = RepeatedHashes.hashes(
                        InternalRows.longs(told), (row, sink) -> keys(row, evaluates, sink), RANKS)
                .persist(StorageLevel.MEMORY_AND_DISK());
        JavaRDD<Row> again = found.flatMap(RepeatedRows::again);
        long[] counts = found.map(RepeatedRows::counts).reduce(RepeatedRows::sum);
        Census census = new Census(counts[0], counts[1], counts[2], counts[ASIDE], counts[ASIDE]);
        return new RepeatedRows(source, staging, all, again, census, counts[RANKS], counts[RANKS + 1]);
    }

    private static Column idKey() {
        return xxhash64(col(CorpusReader.ID)).bitwiseAND(~KEY_BITS);
    }

    private static Column textKey(Source source) {
        return xxhash64(Columns.named(source.text())).bitwiseAND(~KEY_BITS).bitwiseOR(TEXT);
    }

    /** Of a row with a label, 0 of others: texts under two labels have two of these. */
    private static Column labelRank(Source source) {
        return source.label()
                .map(Columns::named)
                .map(label -> when(
                                label.isNotNull(),
                                xxhash64(label)
                                        .bitwiseAND(~RepeatedHashes.KINDS)
                                        .bitwiseOR((long) LABELLED_TEXT))
                        .otherwise(lit(0L)))
                .orElse(lit(0L));
    }

    private static void keys(long[] row, boolean evaluates, RepeatedHashes.Sink sink) {
        int rank = (int) row[0];
        sink.accept(row[1], rank);
        if (evaluates && rank != ASIDE) {
            sink.accept(row[2], rank == 0 ? TRAINING_TEXT : EVALUATION_TEXT);
        }
        if (rank == 0 && row[3] != 0) {
            sink.accept(row[2] | LABELLED, row[3]);
        }
    }

    /** Keys that occur again: of ids, and of texts that training and evaluation rows have. */
    private static Iterator<Row> again(Found found) {
        return IntStream.iterate(0, i -> i < found.again().length, i -> i + 3)
                .filter(i -> switch ((int) (found.again()[i] & KEY_BITS)) {
                    case (int) TEXT -> found.again()[i + 1] != found.again()[i + 2];
                    case (int) LABELLED -> false;
                    default -> true;
                })
                .mapToObj(i -> RowFactory.create(found.again()[i]))
                .iterator();
    }

    /** Keys by rank, how many occur again, and how many texts have two labels. */
    private static long[] counts(Found found) {
        long[] counts = Arrays.copyOf(found.ofKind(), RANKS + 2);
        again(found).forEachRemaining(row -> counts[RANKS]++);
        for (int i = 0; i < found.again().length; i += 3) {
            boolean labelled = (found.again()[i] & KEY_BITS) == LABELLED;
            counts[RANKS + 1] += labelled && found.again()[i + 1] != found.again()[i + 2] ? 1 : 0;
        }
        return counts;
    }

    private static long[] sum(long[] one, long[] other) {
        long[] sum = one.clone();
        Arrays.setAll(sum, i -> one[i] + other[i]);
        return sum;
    }

    /** The rows, those that repeat another with a reason. */
    public Dataset<Row> judged() {
        if (repeated == 0) {
            return all;
        }
        Dataset<Row> again = all.sparkSession().createDataFrame(keys, KEY);
        Column[] keys = source.hasEvaluation() ? new Column[] {idKey(), textKey(source)} : new Column[] {idKey()};
        Dataset<Row> good = sifted(all.where(col(CorpusReader.REASON).isNull()), keys, again);
        Column evaluation = col(CorpusReader.SPLIT).notEqual("train");
        Dataset<Row> suspects = good.select(
                        col(CorpusReader.FILE),
                        col(CorpusReader.OFFSET),
                        col(CorpusReader.ROW),
                        col(CorpusReader.ID),
                        col(CorpusReader.SPLIT),
                        Columns.named(source.text()),
                        explode(array(keys)).as(CorpusReader.INTERNAL + "key"))
                .join(again, ON_KEY, "left_semi")
                .drop(CorpusReader.INTERNAL + "key")
                .distinct();
        WindowSpec byId = Window.partitionBy(col(CorpusReader.ID))
                .orderBy(
                        when(evaluation, 0).otherwise(1),
                        col(CorpusReader.FILE),
                        col(CorpusReader.OFFSET),
                        col(CorpusReader.ROW));
        WindowSpec byText = Window.partitionBy(md5(Columns.named(source.text())));
        Dataset<Row> losers = suspects.withColumn(
                        CorpusReader.INTERNAL + "occurrence", row_number().over(byId))
                .withColumn(
                        CorpusReader.INTERNAL + "split",
                        max(when(evaluation, col(CorpusReader.SPLIT))).over(byText))
                .select(
                        col(CorpusReader.FILE),
                        col(CorpusReader.ROW),
                        coalesce(
                                        when(
                                                col(CorpusReader.INTERNAL + "occurrence")
                                                        .gt(1),
                                                lit(source.id().isPresent() ? "id occurs already" : DUPLICATE)),
                                        when(
                                                col(CorpusReader.SPLIT)
                                                        .equalTo("train")
                                                        .and(col(CorpusReader.INTERNAL + "split")
                                                                .isNotNull()),
                                                concat(lit(LEAK), col(CorpusReader.INTERNAL + "split"))))
                                .as(CorpusReader.INTERNAL + "repetition"))
                .where(col(CorpusReader.INTERNAL + "repetition").isNotNull());
        return all.join(RunTables.write(losers, staging.at("_repetitions")), ON_ROW, "left")
                .withColumn(
                        CorpusReader.REASON,
                        coalesce(col(CorpusReader.REASON), col(CorpusReader.INTERNAL + "repetition")))
                .drop(CorpusReader.INTERNAL + "repetition");
    }

    /** Rows one of whose keys may be among those that occur again: the join that finds it out moves no others. */
    private Dataset<Row> sifted(Dataset<Row> rows, Column[] keys, Dataset<Row> again) {
        Broadcast<BloomFilter> sieve = JavaSparkContext.fromSparkContext(
                        rows.sparkSession().sparkContext())
                .broadcast(again.stat().bloomFilter(CorpusReader.INTERNAL + "key", repeated, FALSE_POSITIVES));
        UserDefinedFunction passes =
                udf((UDF1<Long, Boolean>) key -> sieve.value().mightContainLong(key), DataTypes.BooleanType);
        return rows.where(Stream.of(keys).map(passes::apply).reduce(Column::or).orElseThrow());
    }
}
