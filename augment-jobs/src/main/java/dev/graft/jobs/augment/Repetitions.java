// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

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
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.graft.corpus.Source;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Of rows with one id the first stays, and of evaluation and training rows with one text the evaluation row. Only rows whose
 * id or text occurs again, by a hash, are compared; mostly there are few.
 */
record Repetitions(SparkSession spark, Source source, Path staging) {
    private static final String DUPLICATE = "duplicate row";
    private static final String LEAK = "same text as a row of ";
    /** Set in the key of a text, not in that of an id. */
    private static final long TEXT_BIT = 1;

    private static final StructType AGAIN = new StructType()
            .add("_key", DataTypes.LongType)
            .add("_least", DataTypes.LongType)
            .add("_most", DataTypes.LongType);

    private static final scala.collection.immutable.Seq<String> ON_ROW = CollectionConverters.asScala(
                    List.of(CorpusReader.FILE, CorpusReader.ROW))
            .toList();
    private static final scala.collection.immutable.Seq<String> ON_KEY =
            CollectionConverters.asScala(List.of("_key")).toList();

    /** Whether a quarantined row counts against {@code max-bad-rows}: a repeated row is nobody's mistake. */
    static Column isBad(Column reason) {
        return not(reason.equalTo(DUPLICATE).or(reason.startsWith(LEAK)));
    }

    /** The rows, those that repeat another with a reason. */
    Dataset<Row> judged(Dataset<Row> all) {
        Dataset<Row> good = all.where(col(CorpusReader.REASON).isNull());
        Column idKey = xxhash64(col(CorpusReader.ID)).bitwiseAND(~TEXT_BIT);
        Column textKey = xxhash64(col(source.text())).bitwiseOR(TEXT_BIT);
        boolean evaluates = source.hasEvaluation();
        Dataset<Row> told = evaluates
                ? good.select(
                        idKey,
                        textKey,
                        when(col(CorpusReader.SPLIT).equalTo("train"), 0).otherwise(1))
                : good.select(idKey);
        JavaRDD<InternalRow> rows = InternalRows.of(told);
        Dataset<Row> again = spark.createDataFrame(
                        Repeated.hashes(rows, (row, sink) -> keys(row, evaluates, sink)), AGAIN)
                .where(col("_key")
                        .bitwiseAND(TEXT_BIT)
                        .equalTo(0)
                        .or(col("_least").notEqual(col("_most"))))
                .select("_key")
                .persist(StorageLevel.MEMORY_AND_DISK());
        if (again.isEmpty()) {
            return all;
        }
        Column keys = array(idKey, textKey);
        Column evaluation = col(CorpusReader.SPLIT).notEqual("train");
        Dataset<Row> suspects = good.select(
                        col(CorpusReader.FILE),
                        col(CorpusReader.OFFSET),
                        col(CorpusReader.ROW),
                        col(CorpusReader.ID),
                        col(CorpusReader.SPLIT),
                        col(source.text()),
                        explode(keys).as("_key"))
                .join(again, ON_KEY, "left_semi")
                .drop("_key")
                .distinct();
        WindowSpec byId = Window.partitionBy(col(CorpusReader.ID))
                .orderBy(
                        when(evaluation, 0).otherwise(1),
                        col(CorpusReader.FILE),
                        col(CorpusReader.OFFSET),
                        col(CorpusReader.ROW));
        WindowSpec byText = Window.partitionBy(md5(col(source.text())));
        Dataset<Row> losers = suspects.withColumn("_occurrence", row_number().over(byId))
                .withColumn(
                        "_split", max(when(evaluation, col(CorpusReader.SPLIT))).over(byText))
                .select(
                        col(CorpusReader.FILE),
                        col(CorpusReader.ROW),
                        coalesce(
                                        when(
                                                col("_occurrence").gt(1),
                                                lit(source.id().isPresent() ? "id occurs already" : DUPLICATE)),
                                        when(
                                                col(CorpusReader.SPLIT)
                                                        .equalTo("train")
                                                        .and(col("_split").isNotNull()),
                                                concat(lit(LEAK), col("_split"))))
                                .as("_repetition"))
                .where(col("_repetition").isNotNull());
        return all.join(Tables.write(losers, staging.resolve("_repetitions")), ON_ROW, "left")
                .withColumn(CorpusReader.REASON, coalesce(col(CorpusReader.REASON), col("_repetition")))
                .drop("_repetition");
    }

    private static void keys(InternalRow row, boolean evaluates, Repeated.Sink sink) {
        int evaluated = evaluates ? row.getInt(2) : 0;
        sink.accept(row.getLong(0), evaluated);
        if (evaluates) {
            sink.accept(row.getLong(1), evaluated);
        }
    }
}
