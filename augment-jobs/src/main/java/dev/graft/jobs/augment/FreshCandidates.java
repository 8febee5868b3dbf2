// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.corpus.Source;
import dev.graft.jobs.augment.catalyst.BlockMaker;
import dev.graft.jobs.augment.catalyst.CandidateTable;
import dev.graft.jobs.augment.catalyst.DocumentColumns;
import dev.graft.jobs.augment.catalyst.InternalRows;
import dev.graft.jobs.augment.catalyst.JudgedRows;
import dev.graft.jobs.augment.duplicates.Exclusions;
import dev.graft.jobs.augment.schema.RunTables;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.jobs.augment.setup.AugmentSettings.Work;
import dev.graft.jobs.augment.setup.Stopwatch;
import dev.graft.storage.Place;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;

/** Has the copies made, and finds out which stay. Needs to know nothing of operators or filters. */
final class FreshCandidates implements AutoCloseable {
    private static final int PARTITIONS_PER_CORE = 4;

    private final SparkSession spark;
    private final AugmentSettings settings;
    private final Place staging;
    private final CollectionAccumulator<String> failures;
    private final LongAccumulator done;
    private final DocumentColumns columns;
    private final JavaRDD<byte[]> blocks;

    /** Nothing is made yet. */
    FreshCandidates(SparkSession spark, AugmentSettings settings, Work work, Dataset<Row> documents, Place staging) {
        this.spark = spark;
        this.settings = settings;
        this.staging = staging;
        failures = spark.sparkContext().collectionAccumulator("failures");
        done = spark.sparkContext().longAccumulator("documents");
        Source source = settings.recipe().corpus();
        columns = DocumentColumns.of(
                documents.schema(),
                source.text(),
                source.spans().orElse(""),
                source.label().orElse(""));
        blocks = InternalRows.of(spread(documents)).mapPartitions(new BlockMaker(failures, done, work, columns));
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
     * Makes the copies and judges them. A kept copy with the text of a document or of an earlier copy is dropped.
     *
     * @param rows how many documents there are
     * @param asked copies that are asked for, by operator
     */
    JudgedRows judged(long rows, Map<String, Long> asked, Stopwatch watch) {
        CandidateTable made;
        Exclusions ofOneText;
        try (AugmentProgress progress = AugmentProgress.start(done, rows)) {
            made = new CandidateTable(
                    spark, settings.section().cheap() ? blocks.persist(StorageLevel.DISK_ONLY()) : saved(), columns);
            ofOneText = made.ofOneText(
                    rows + asked.values().stream().mapToLong(Long::longValue).sum());
        }
        watch.lap("augment");
        Broadcast<Exclusions> losers = sent(settings.section()
                .overlap()
                .losers(made.texts(sent(ofOneText)))
                .map(ofOneText::and)
                .orElse(ofOneText));
        watch.lap("compare");
        return new JudgedRows(
                spark,
                columns.schema(),
                made.staying(losers, Long.MAX_VALUE),
                made.lost(losers),
                greatest -> made.staying(losers, greatest));
    }

    /** What models made should not be lost with an executor. */
    private JavaRDD<byte[]> saved() {
        return RunTables.write(
                        spark.createDataset(blocks.rdd(), Encoders.BINARY()).toDF(), staging.at("made"))
                .as(Encoders.BINARY())
                .toJavaRDD();
    }

    private Broadcast<Exclusions> sent(Exclusions losers) {
        return JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(losers);
    }

    /** Frees what the executors keep; waits for it, as a Spark that stops meanwhile complains. */
    @Override
    public void close() {
        blocks.unpersist(true);
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
