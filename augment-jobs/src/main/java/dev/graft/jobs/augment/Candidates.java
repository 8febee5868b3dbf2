// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.graft.config.Settings;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.candidate.LoadedModels;
import dev.graft.jobs.augment.catalyst.BlockMaker;
import dev.graft.jobs.augment.catalyst.CandidateTable;
import dev.graft.jobs.augment.catalyst.DocumentColumns;
import dev.graft.jobs.augment.catalyst.InternalRows;
import dev.graft.jobs.augment.catalyst.StoredBlocks;
import dev.graft.jobs.augment.read.CorpusProbes;
import dev.graft.jobs.augment.schema.AugmentedSchema;
import dev.graft.jobs.augment.schema.RunTables;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.jobs.augment.setup.AugmentSettings.Work;
import dev.graft.jobs.augment.setup.Stopwatch;
import dev.graft.storage.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * Documents with the candidates for copies of them, made now or by an earlier run, and which of them stay. Needs to know nothing
 * of operators or filters.
 */
final class Candidates implements AutoCloseable {
    private static final int PARTITIONS_PER_CORE = 4;

    private final SparkSession spark;
    private final AugmentSettings settings;
    private final Map<String, Long> asked;
    private final Place staging;
    private final CollectionAccumulator<String> failures;
    private final LongAccumulator done;
    private final DocumentColumns columns;
    private final JavaRDD<byte[]> blocks;

    private Candidates(
            AugmentSettings settings, Dataset<Row> documents, Map<String, Long> asked, Place staging, Maker maker) {
        spark = documents.sparkSession();
        this.settings = settings;
        this.asked = asked;
        this.staging = staging;
        failures = spark.sparkContext().collectionAccumulator("failures");
        done = spark.sparkContext().longAccumulator("documents");
        columns = DocumentColumns.of(documents.schema(), settings.recipe().corpus());
        blocks = maker.blocks(this);
    }

    /** From what is there to blocks of documents and candidates; nothing is made until they are asked for. */
    private interface Maker {
        JavaRDD<byte[]> blocks(Candidates of);
    }

    /**
     * Candidates that the operators make of documents.
     *
     * @param asked copies that are asked for, by operator
     */
    static Candidates made(
            AugmentSettings settings, Work work, Dataset<Row> documents, Map<String, Long> asked, Place staging) {
        return new Candidates(
                settings,
                documents,
                asked,
                staging,
                of -> InternalRows.of(of.spread(documents))
                        .mapPartitions(new BlockMaker(of.failures, of.done, work, of.columns)));
    }

    /**
     * The candidates of a finished run, to be judged by the filters of now.
     *
     * @param augmented its rows that stayed
     * @param rejected its other rows, with fate and reason
     */
    static Candidates earlier(
            AugmentSettings settings,
            Dataset<Row> augmented,
            Dataset<Row> rejected,
            Map<String, Long> asked,
            Place staging) {
        Column source = coalesce(col(AugmentedSchema.AUGMENTATION).getField("source_id"), col("id"));
        Dataset<Row> rows = augmented
                .withColumn(AugmentedSchema.FATE, lit(Settings.name(Fate.KEPT)))
                .withColumn(AugmentedSchema.REASON, lit(AugmentedSchema.NO_REASON))
                .unionByName(rejected)
                .repartition(source)
                .sortWithinPartitions(source, col(AugmentedSchema.AUGMENTATION).isNotNull(), col("id"));
        Dataset<Row> originals =
                augmented.where(col(AugmentedSchema.AUGMENTATION).isNull());
        Work work = settings.work(Optional.empty(), Map.of())
                .withFoldProbes(CorpusProbes.fitted(augmented.sparkSession(), settings, originals, staging));
        return new Candidates(
                settings,
                augmented.drop(AugmentedSchema.AUGMENTATION),
                asked,
                staging,
                of -> InternalRows.of(rows).mapPartitions(new StoredBlocks(of.done, work, of.columns)));
    }

    private Dataset<Row> spread(Dataset<Row> documents) {
        int cores = spark.sparkContext().defaultParallelism();
        int wanted =
                settings.section().partitions() > 0 ? settings.section().partitions() : cores * PARTITIONS_PER_CORE;
        int there = documents.rdd().getNumPartitions();
        boolean enough = settings.section().cheap() ? there >= cores : there >= wanted;
        return settings.section().partitions() == 0 && enough ? documents : documents.repartition(wanted);
    }

    /**
     * Has the copies made and judged. A kept copy with the text of a document or of an earlier copy is dropped.
     *
     * @param rows how many documents there are
     */
    CandidateTable judged(long rows, Stopwatch watch) {
        CandidateTable made;
        try (AugmentProgress progress = AugmentProgress.start(done, rows)) {
            JavaRDD<byte[]> kept = settings.section().cheap() ? blocks.persist(StorageLevel.DISK_ONLY()) : saved();
            long copies = asked.values().stream().mapToLong(Long::longValue).sum();
            made = CandidateTable.of(spark, kept, columns, rows + copies);
        }
        watch.lap("augment");
        CandidateTable compared = made.without(settings.section().overlap());
        watch.lap("compare");
        return compared;
    }

    /** What models made should not be lost with an executor. */
    private JavaRDD<byte[]> saved() {
        return RunTables.write(
                        spark.createDataset(blocks.rdd(), Encoders.BINARY()).toDF(), staging.at("made"))
                .as(Encoders.BINARY())
                .toJavaRDD();
    }

    /** Frees what the executors keep; waits for it, as a Spark that stops meanwhile complains. */
    @Override
    public void close() {
        blocks.unpersist(true);
        LoadedModels.endProcesses();
    }

    AugmentSettings settings() {
        return settings;
    }

    /** Copies that are asked for, by operator. */
    Map<String, Long> asked() {
        return asked;
    }

    /** What went wrong so far, some of it. */
    List<String> failures() {
        return failures.value().stream()
                .sorted()
                .distinct()
                .limit(BlockMaker.MOST_FAILURES)
                .toList();
    }
}
