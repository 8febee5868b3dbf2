// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.graft.augment.Step;
import dev.graft.config.Settings;
import dev.graft.corpus.Source;
import dev.graft.jobs.augment.AugmentSettings.Work;
import dev.graft.jobs.augment.Outcome.Fate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;
import scala.jdk.javaapi.CollectionConverters;

/** The documents and their copies as tables. Needs to know nothing of operators or filters. */
final class Copies {
    static final String AUGMENTATION = "augmentation";
    /** The contract of the two jobs: the struct that a copy carries, null in an original. */
    static final StructType SCHEMA = new StructType()
            .add("source_id", DataTypes.StringType)
            .add("operator", DataTypes.StringType)
            .add("copy", DataTypes.IntegerType)
            .add("seed", DataTypes.LongType)
            .add(
                    "edits",
                    DataTypes.createArrayType(new StructType()
                            .add("start", DataTypes.IntegerType)
                            .add("end", DataTypes.IntegerType)
                            .add("replacement", DataTypes.StringType)))
            .add("intensity", DataTypes.DoubleType)
            .add("scores", DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType));

    static final String FATE = "fate";
    static final String REASON = "reason";
    /** Hash of a text, and which of the rows with this text stays: the least. */
    private static final String HASH = "_hash";

    private static final String RANK = "_rank";
    /** The rank of the row that stays. */
    private static final String FIRST = "_first";

    private static final StructType KEYS = new StructType()
            .add(HASH, DataTypes.LongType)
            .add(FIRST, DataTypes.LongType)
            .add("_last", DataTypes.LongType);
    /** The columns behind a document's own: the struct, fate, reason, hash and rank. */
    static final int ADDED = 5;
    /** The fate of a row that is no copy. */
    private static final String ORIGINAL = "original";

    static final UTF8String ORIGINAL_FATE = UTF8String.fromString(ORIGINAL);

    private static final int KIND_SHIFT = 61;
    static final String SOURCE_ID = "_source_id";
    static final String SOURCE_TEXT = "_source_text";
    private static final String TABLE = "_table";
    private static final int PARTITIONS_PER_CORE = 4;
    /** Tables and reasons that a task writes side by side without sorting its rows first. */
    private static final int WRITERS = 64;

    private final SparkSession spark;
    private final AugmentSettings settings;
    private final Work work;
    private final CollectionAccumulator<String> failures;
    private final Path staging;

    Copies(SparkSession spark, AugmentSettings settings, Work work, Path staging) {
        this.spark = spark;
        this.settings = settings;
        this.work = work;
        this.staging = staging;
        failures = spark.sparkContext().collectionAccumulator("failures");
    }

    /** The tables that were written. */
    Accounts accounts() {
        return new Accounts(
                settings,
                Tables.read(spark, staging.resolve("augmented")),
                Tables.read(spark, staging.resolve("rejected")));
    }

    /** What went wrong so far, some of it. */
    List<String> failures() {
        return failures.value().stream()
                .sorted()
                .distinct()
                .limit(Expansion.MOST_FAILURES)
                .toList();
    }

    /** Which of the rows with one text stays: that of the evaluation before a training row, and this before a copy. */
    enum Kind {
        EVALUATION,
        ORIGINAL,
        COPY;

        long rank(String id) {
            return first() | (TextHash.of(id) >>> (Long.SIZE - KIND_SHIFT));
        }

        /** The least rank of the kind. */
        long first() {
            return (long) ordinal() << KIND_SHIFT;
        }
    }

    /**
     * Writes the documents and their kept copies to {@code augmented/}, the other copies to {@code rejected/}. A kept
     * copy with the text of a document or of an earlier copy is dropped; for that the texts are compared before anything
     * is written. Copies that are cheap to make are made twice rather than written twice.
     */
    void write(Dataset<Row> documents, long rows, Stopwatch watch) {
        Source source = settings.recipe().corpus();
        Dataset<Row> spread = spread(documents);
        Expansion expansion = new Expansion(
                failures,
                work,
                documents.schema(),
                source.text(),
                source.spans().orElse(""),
                source.label().orElse(""));
        LongAccumulator done = spark.sparkContext().longAccumulator("documents");
        StructType schema = documents
                .schema()
                .add(AUGMENTATION, SCHEMA)
                .add(FATE, DataTypes.StringType)
                .add(REASON, DataTypes.StringType)
                .add(HASH, DataTypes.LongType)
                .add(RANK, DataTypes.LongType);
        Dataset<Row> made =
                InternalRows.table(spark, InternalRows.of(spread).mapPartitions(expansion.rows(done)), schema);
        try (Progress progress = Progress.start(done, rows)) {
            JavaRDD<Row> repeated;
            if (settings.section().cheap()) {
                Dataset<Row> told = spread.select(
                        expansion.needed().stream().map(name -> col(name)).toArray(Column[]::new));
                repeated = Repeated.of(
                        InternalRows.of(told), expansion.of(told.schema()).keys(), rows * keysOfADocument());
            } else {
                made = Tables.write(made, staging.resolve("_copies"));
                watch.lap("augment");
                repeated = repeated(made, rows * keysOfADocument());
            }
            Dataset<Row> judged = judged(made, written(repeated));
            watch.lap("compare");
            write(withoutOverlap(judged));
            watch.lap("write");
        }
    }

    private long keysOfADocument() {
        return 1 + settings.section().steps().stream().mapToLong(Step::copies).sum();
    }

    /**
     * Judges the copies of a finished run by other thresholds, on the scores that they have; a score that is missing,
     * because an earlier filter had dropped the copy, is computed.
     */
    void judgeAgain(Dataset<Row> augmented, Dataset<Row> rejected, Stopwatch watch) {
        Dataset<Row> originals = augmented
                .where(col(AUGMENTATION).isNull())
                .unionByName(rejected.where(col(AUGMENTATION).isNull()).drop(FATE, REASON));
        Dataset<Row> copies = augmented
                .where(col(AUGMENTATION).isNotNull())
                .withColumn(FATE, lit(Settings.name(Fate.KEPT)))
                .withColumn(REASON, lit(null).cast("string"))
                .unionByName(rejected.where(col(AUGMENTATION).isNotNull()));
        Dataset<Row> sources = originals
                .where(col("split").equalTo("train"))
                .select(
                        col("id").as(SOURCE_ID),
                        col(settings.recipe().corpus().text()).as(SOURCE_TEXT));
        StructType schema = copies.schema().add(HASH, DataTypes.LongType).add(RANK, DataTypes.LongType);
        Dataset<Row> judged = copies.withColumn(SOURCE_ID, col(AUGMENTATION).getField("source_id"))
                .join(sources, ON_SOURCE)
                .mapPartitions(
                        new Rejudged(
                                work,
                                settings.recipe().corpus().text(),
                                settings.recipe().corpus().label().orElse("")),
                        Encoders.row(schema));
        Dataset<Row> made = Tables.write(
                judged.unionByName(originals
                        .withColumn(FATE, lit(ORIGINAL))
                        .withColumn(REASON, lit(null).cast("string"))
                        .withColumn(
                                HASH, xxhash64(col(settings.recipe().corpus().text())))
                        .withColumn(RANK, rank(col("split"), col("id")))),
                staging.resolve("_copies"));
        watch.lap("judge");
        write(withoutOverlap(judged(made, written(repeated(made, made.count())))));
        watch.lap("write");
    }

    /** As {@link Kind#rank}. */
    private static Column rank(Column split, Column id) {
        return when(split.equalTo("train"), lit(Kind.ORIGINAL.first()))
                .otherwise(lit(Kind.EVALUATION.first()))
                .bitwiseOR(shiftrightunsigned(xxhash64(id), Long.SIZE - KIND_SHIFT));
    }

    private static final scala.collection.immutable.Seq<String> ON_SOURCE =
            CollectionConverters.asScala(List.of(SOURCE_ID)).toList();

    private Dataset<Row> spread(Dataset<Row> documents) {
        int cores = spark.sparkContext().defaultParallelism();
        int wanted =
                settings.section().partitions() > 0 ? settings.section().partitions() : cores * PARTITIONS_PER_CORE;
        int there = documents.rdd().getNumPartitions();
        boolean enough = settings.section().cheap() ? there >= cores : there >= wanted;
        return settings.section().partitions() == 0 && enough ? documents : documents.repartition(wanted);
    }

    /** Hashes that more than one row has, with the rank of the row that stays. */
    private static JavaRDD<Row> repeated(Dataset<Row> made, long rows) {
        Dataset<Row> keys =
                made.where(col(FATE).isin(ORIGINAL, Settings.name(Fate.KEPT))).select(HASH, RANK);
        return Repeated.of(
                InternalRows.of(keys), () -> (row, sink) -> sink.accept(row.getLong(0), row.getLong(1)), rows);
    }

    private Dataset<Row> written(JavaRDD<Row> repeated) {
        return Tables.write(spark.createDataFrame(repeated, KEYS).drop("_last"), staging.resolve("_repeated"));
    }

    private static Dataset<Row> judged(Dataset<Row> made, Dataset<Row> repeated) {
        if (repeated.isEmpty()) {
            return made;
        }
        Column isKept = col(FATE).equalTo(Settings.name(Fate.KEPT));
        Column loses = isKept.and(col(RANK).gt(col(FIRST)));
        Column duplicate = when(
                loses,
                when(col(FIRST).lt(Kind.ORIGINAL.first()), lit("in-evaluation")).otherwise(lit("duplicate")));
        return made.join(repeated, ON_HASH, "left")
                .withColumn(REASON, coalesce(duplicate, col(REASON)))
                .withColumn(
                        FATE,
                        when(duplicate.isNotNull(), lit(Settings.name(Fate.DROPPED)))
                                .otherwise(col(FATE)))
                .drop(FIRST);
    }

    private Dataset<Row> withoutOverlap(Dataset<Row> judged) {
        Column stays = col(FATE).isin(ORIGINAL, Settings.name(Fate.KEPT));
        Dataset<Row> staying = judged.where(stays)
                .select(
                        col(RANK).as("rank"),
                        col(settings.recipe().corpus().text()).as("text"),
                        shiftrightunsigned(col(RANK), KIND_SHIFT).as("kind"));
        return settings.section()
                .overlap()
                .losers(staying)
                .map(losers -> judged.join(Tables.write(losers, staging.resolve("_overlap")), ON_RANK, "left")
                        .withColumn(REASON, coalesce(col("_overlap"), col(REASON)))
                        .withColumn(
                                FATE,
                                when(col("_overlap").isNotNull(), lit(Settings.name(Fate.DROPPED)))
                                        .otherwise(col(FATE)))
                        .drop("_overlap"))
                .orElse(judged);
    }

    private static final scala.collection.immutable.Seq<String> ON_RANK =
            CollectionConverters.asScala(List.of(RANK)).toList();
    private static final scala.collection.immutable.Seq<String> ON_HASH =
            CollectionConverters.asScala(List.of(HASH)).toList();

    /** One pass writes both tables: what tells them apart is in the names of the folders, not in the files. */
    private void write(Dataset<Row> judged) {
        spark.conf().set("spark.sql.maxConcurrentOutputFileWriters", WRITERS);
        Column stays = col(FATE).isin(ORIGINAL, Settings.name(Fate.KEPT));
        Path folder = staging.resolve("_made");
        judged.withColumn(TABLE, when(stays, "augmented").otherwise("rejected"))
                .withColumn(FATE, when(stays, "stays").otherwise(col(FATE)))
                .withColumn(REASON, when(stays, "none").otherwise(coalesce(col(REASON), lit("none"))))
                .drop(HASH, RANK)
                .write()
                .partitionBy(TABLE, FATE, REASON)
                .parquet(folder.toUri().toString());
        try {
            Files.move(folder.resolve(TABLE + "=augmented/fate=stays/reason=none"), staging.resolve("augmented"));
            Path rejected = folder.resolve(TABLE + "=rejected");
            if (Files.exists(rejected)) {
                Files.move(rejected, staging.resolve("rejected"));
            } else {
                judged.drop(HASH, RANK)
                        .limit(0)
                        .write()
                        .parquet(staging.resolve("rejected").toUri().toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't finish the tables in " + staging + ": " + e, e);
        }
        Source source = settings.recipe().corpus();
        if (source.format() == Source.Format.CONLL) {
            ConllFiles.write(Tables.read(spark, staging.resolve("augmented")), source, staging.resolve("conll"));
        }
    }
}
