// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.graft.config.Settings;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.catalyst.InternalRows;
import dev.graft.jobs.augment.catalyst.JudgedRows;
import dev.graft.jobs.augment.duplicates.Exclusions;
import dev.graft.jobs.augment.duplicates.RepeatedHashes;
import dev.graft.jobs.augment.schema.AugmentedSchema;
import dev.graft.jobs.augment.schema.RowKind;
import dev.graft.jobs.augment.schema.RunTables;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.storage.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The copies of a finished run, to be judged by other thresholds.
 *
 * @param augmented its rows that stayed
 * @param rejected its other rows, with fate and reason
 */
record EarlierCandidates(AugmentSettings settings, Dataset<Row> augmented, Dataset<Row> rejected) {
    private static final String ORIGINAL = "original";
    /** Hash of the text, and rank among rows with this text. */
    private static final String HASH = "_hash";

    private static final String RANK = "_rank";
    static final String SOURCE_ID = "_source_id";
    static final String SOURCE_TEXT = "_source_text";

    private static final scala.collection.immutable.Seq<String> ON_SOURCE =
            CollectionConverters.asScala(List.of(SOURCE_ID)).toList();

    /** Judges by the scores that the copies have; one that is missing, as an earlier filter had dropped it, is computed. */
    JudgedRows judged(Place staging) {
        Dataset<Row> scored = RunTables.write(scored(), staging.at("_copies"));
        Column stays = col(AugmentedSchema.FATE).isin(ORIGINAL, Settings.name(Fate.KEPT));
        Exclusions ofOneText = Exclusions.ofTexts(RepeatedHashes.ranks(
                InternalRows.longs(scored.where(stays).select(HASH, RANK)),
                (row, sink) -> sink.accept(row[0], row[1]),
                scored.count()));
        Dataset<Row> texts = without(ofOneText, scored)
                .where(stays)
                .select(
                        col(RANK).as("rank"),
                        col(text()).as("text"),
                        shiftrightunsigned(col(RANK), RowKind.SHIFT).as("kind"));
        Exclusions losers =
                settings.section().overlap().losers(texts).map(ofOneText::and).orElse(ofOneText);
        Dataset<Row> judged = without(losers, scored).drop(HASH, RANK);
        StructType documents = augmented.drop(AugmentedSchema.AUGMENTATION).schema();
        Dataset<Row> staying = judged.where(stays).drop(AugmentedSchema.FATE, AugmentedSchema.REASON);
        Column source = coalesce(col(AugmentedSchema.AUGMENTATION).getField("source_id"), col("id"));
        return new JudgedRows(
                augmented.sparkSession(),
                documents,
                InternalRows.of(staying),
                InternalRows.of(judged.where(not(stays))
                        .withColumn(
                                AugmentedSchema.REASON,
                                coalesce(col(AugmentedSchema.REASON), lit(AugmentedSchema.NO_REASON)))),
                greatest -> InternalRows.of(staying.where(xxhash64(source).leq(greatest))));
    }

    private Dataset<Row> scored() {
        Dataset<Row> originals = augmented
                .where(col(AugmentedSchema.AUGMENTATION).isNull())
                .unionByName(rejected.where(col(AugmentedSchema.AUGMENTATION).isNull())
                        .drop(AugmentedSchema.FATE, AugmentedSchema.REASON));
        Dataset<Row> copies = augmented
                .where(col(AugmentedSchema.AUGMENTATION).isNotNull())
                .withColumn(AugmentedSchema.FATE, lit(Settings.name(Fate.KEPT)))
                .withColumn(AugmentedSchema.REASON, lit(null).cast("string"))
                .unionByName(rejected.where(col(AugmentedSchema.AUGMENTATION).isNotNull()));
        Dataset<Row> sources = originals
                .where(col("split").equalTo("train"))
                .select(col("id").as(SOURCE_ID), col(text()).as(SOURCE_TEXT));
        StructType schema = copies.schema().add(HASH, DataTypes.LongType).add(RANK, DataTypes.LongType);
        return copies.withColumn(SOURCE_ID, col(AugmentedSchema.AUGMENTATION).getField("source_id"))
                .join(sources, ON_SOURCE)
                .mapPartitions(
                        new JudgeAgain(
                                settings.work(Optional.empty(), Map.of()),
                                text(),
                                settings.recipe().corpus().label().orElse("")),
                        Encoders.row(schema))
                .unionByName(originals
                        .withColumn(AugmentedSchema.FATE, lit(ORIGINAL))
                        .withColumn(AugmentedSchema.REASON, lit(null).cast("string"))
                        .withColumn(HASH, xxhash64(col(text())))
                        .withColumn(RANK, rank(col("split"), col("id"))));
    }

    private String text() {
        return settings.recipe().corpus().text();
    }

    /** As {@link RowKind#rank}. */
    private static Column rank(Column split, Column id) {
        return when(split.equalTo("train"), lit(RowKind.ORIGINAL.first()))
                .otherwise(lit(RowKind.EVALUATION.first()))
                .bitwiseOR(shiftrightunsigned(xxhash64(id), Long.SIZE - RowKind.SHIFT));
    }

    /** The rows, those that lose their place dropped. */
    private static Dataset<Row> without(Exclusions losers, Dataset<Row> rows) {
        Broadcast<Exclusions> sent = JavaSparkContext.fromSparkContext(
                        rows.sparkSession().sparkContext())
                .broadcast(losers);
        UserDefinedFunction reason =
                udf((UDF1<Long, String>) rank -> sent.value().reason(rank), DataTypes.StringType);
        Column lost = when(col(AugmentedSchema.FATE).isin(ORIGINAL, Settings.name(Fate.KEPT)), reason.apply(col(RANK)));
        return rows.withColumn("_lost", lost)
                .withColumn(AugmentedSchema.REASON, coalesce(col("_lost"), col(AugmentedSchema.REASON)))
                .withColumn(
                        AugmentedSchema.FATE,
                        when(col("_lost").isNotNull(), lit(Settings.name(Fate.DROPPED)))
                                .otherwise(col(AugmentedSchema.FATE)))
                .drop("_lost");
    }
}
