// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;

import dev.graft.augment.Edit;
import dev.graft.augment.Step;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.corpus.Source;
import dev.graft.corpus.Span;
import dev.graft.jobs.augment.AugmentSettings.Work;
import dev.graft.jobs.augment.Outcome.Fate;
import dev.graft.run.Counts;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import scala.jdk.javaapi.CollectionConverters;

/** The documents and their copies as tables. Needs to know nothing of operators or filters. */
final class Copies {
    static final String AUGMENTATION = "augmentation";
    static final ArrayType SPANS = DataTypes.createArrayType(new StructType()
            .add("start", DataTypes.IntegerType)
            .add("end", DataTypes.IntegerType)
            .add("label", DataTypes.StringType));
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

    private static final String FATE = "fate";
    private static final String REASON = "reason";
    /** Hash of a text, and which of the rows with this text stays: the least. */
    private static final String HASH = "_hash";

    private static final String RANK = "_rank";
    private static final StructType KEYS =
            new StructType().add(HASH, DataTypes.LongType).add(RANK, DataTypes.LongType);
    /** The fate of a row that is no copy. */
    private static final String ORIGINAL = "original";

    private static final int KIND_SHIFT = 61;
    private static final String TABLE = "_table";
    private static final int PARTITIONS_PER_CORE = 4;
    /** Tables and reasons that a task writes side by side without sorting its rows first. */
    private static final int WRITERS = 64;

    private final SparkSession spark;
    private final AugmentSettings settings;
    private final Expansion expansion;
    private final Path staging;

    Copies(SparkSession spark, AugmentSettings settings, Work work, Path staging) {
        this.spark = spark;
        this.settings = settings;
        this.staging = staging;
        Source source = settings.recipe().corpus();
        expansion = new Expansion(
                work, source.text(), source.spans().orElse(""), source.label().orElse(""));
    }

    /** Which of the rows with one text stays: that of the evaluation before a training row, and this before a copy. */
    private enum Kind {
        EVALUATION,
        ORIGINAL,
        COPY;

        long rank(String id) {
            return ((long) ordinal() << KIND_SHIFT) | (TextHash.of(id) >>> (64 - KIND_SHIFT));
        }
    }

    /**
     * Writes the documents and their kept copies to {@code augmented/}, the other copies to {@code rejected/}. A kept
     * copy with the text of a document or of an earlier copy is dropped; for that the texts are compared before anything
     * is written. Copies that are cheap to make are made twice rather than written twice.
     */
    void write(Dataset<Row> documents, long rows, Stopwatch watch) {
        Dataset<Row> spread = spread(documents);
        LongAccumulator done = spark.sparkContext().longAccumulator("documents");
        StructType schema = documents
                .schema()
                .add(AUGMENTATION, SCHEMA)
                .add(FATE, DataTypes.StringType)
                .add(REASON, DataTypes.StringType)
                .add(HASH, DataTypes.LongType)
                .add(RANK, DataTypes.LongType);
        Dataset<Row> made = spread.mapPartitions(expansion.rows(done), Encoders.row(schema));
        try (Progress progress = Progress.start(done, rows)) {
            Dataset<Row> keys;
            if (settings.section().cheap()) {
                keys = spread.select(expansion.needed()).mapPartitions(expansion.keys(), Encoders.row(KEYS));
            } else {
                made = Tables.write(made, staging.resolve("_copies"));
                watch.lap("augment");
                keys = made.where(col(FATE).isin(ORIGINAL, Settings.name(Fate.KEPT)))
                        .select(HASH, RANK);
            }
            Dataset<Row> repeated = repeated(keys);
            watch.lap("compare");
            write(judged(made, repeated));
            watch.lap("write");
        }
    }

    private Dataset<Row> spread(Dataset<Row> documents) {
        int cores = spark.sparkContext().defaultParallelism();
        int wanted =
                settings.section().partitions() > 0 ? settings.section().partitions() : cores * PARTITIONS_PER_CORE;
        int there = documents.rdd().getNumPartitions();
        boolean enough = settings.section().cheap() ? there >= cores : there >= wanted;
        return settings.section().partitions() == 0 && enough ? documents : documents.repartition(wanted);
    }

    /** Hashes that more than one row has, with the rank of the row that stays. */
    private Dataset<Row> repeated(Dataset<Row> keys) {
        return Tables.write(
                keys.groupBy(HASH)
                        .agg(count(lit(1)).as("_rows"), min(RANK).as("_first"))
                        .where(col("_rows").gt(1))
                        .drop("_rows"),
                staging.resolve("_repeated"));
    }

    private static Dataset<Row> judged(Dataset<Row> made, Dataset<Row> repeated) {
        if (repeated.isEmpty()) {
            return made;
        }
        Column isKept = col(FATE).equalTo(Settings.name(Fate.KEPT));
        Column loses = isKept.and(col(RANK).gt(col("_first")));
        Column duplicate = when(
                loses,
                when(col("_first").lt(1L << KIND_SHIFT), lit("in-evaluation")).otherwise(lit("duplicate")));
        return made.join(repeated, ON_HASH, "left")
                .withColumn(REASON, coalesce(duplicate, col(REASON)))
                .withColumn(
                        FATE,
                        when(duplicate.isNotNull(), lit(Settings.name(Fate.DROPPED)))
                                .otherwise(col(FATE)))
                .drop("_first");
    }

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
    }

    static Row[] rows(List<Span> spans) {
        return spans.stream()
                .map(span -> RowFactory.create(span.start(), span.end(), span.label()))
                .toArray(Row[]::new);
    }

    /** What the tasks do: from a document to itself and its copies. */
    private record Expansion(Work work, String text, String spans, String label) implements Serializable {
        /** The columns that tell the text of a copy. */
        Column[] needed() {
            return Stream.of("id", "split", text, spans, label)
                    .filter(name -> !name.isEmpty())
                    .map(name -> col(name))
                    .toArray(Column[]::new);
        }

        /** Rows: the document's columns, {@code augmentation}, fate, reason, hash and rank. */
        MapPartitionsFunction<Row, Row> rows(LongAccumulator done) {
            return rows -> {
                Augmentation augmentation = Models.augmentation(work);
                return flat(rows, row -> {
                    done.add(1);
                    return rows(augmentation, row);
                });
            };
        }

        /** Hash and rank of each text that may stay. */
        MapPartitionsFunction<Row, Row> keys() {
            return rows -> {
                Augmentation augmentation = Models.augmentation(work);
                return flat(rows, row -> keys(augmentation, row));
            };
        }

        private static Iterator<Row> flat(Iterator<Row> rows, Function<Row, List<Row>> expand) {
            Stream<Row> stream = StreamSupport.stream(Spliterators.spliteratorUnknownSize(rows, 0), false);
            return stream.flatMap(row -> expand.apply(row).stream()).iterator();
        }

        private Document document(Row row) {
            List<Span> annotated = new ArrayList<>();
            if (!spans.isEmpty() && !row.isNullAt(row.fieldIndex(spans))) {
                row.<Row>getList(row.fieldIndex(spans))
                        .forEach(span -> annotated.add(new Span(span.getInt(0), span.getInt(1), span.getString(2))));
            }
            return new Document(row.getAs("id"), row.getAs(text), label.isEmpty() ? null : row.getAs(label), annotated);
        }

        private static boolean isTraining(Row row) {
            return row.getAs("split").equals("train");
        }

        private List<Row> keys(Augmentation augmentation, Row row) {
            Document document = document(row);
            List<Row> keys = new ArrayList<>();
            Kind kind = isTraining(row) ? Kind.ORIGINAL : Kind.EVALUATION;
            keys.add(RowFactory.create(TextHash.of(document.text()), kind.rank(document.id())));
            if (isTraining(row)) {
                for (Outcome outcome : augmentation.outcomes(document)) {
                    if (outcome.fate() == Fate.KEPT) {
                        keys.add(RowFactory.create(outcome.hash(), Kind.COPY.rank(outcome.id())));
                    }
                }
            }
            return keys;
        }

        private List<Row> rows(Augmentation augmentation, Row row) {
            Document document = document(row);
            List<Row> rows = new ArrayList<>();
            Kind kind = isTraining(row) ? Kind.ORIGINAL : Kind.EVALUATION;
            Object[] original = values(row);
            int added = row.size();
            original[added + 1] = ORIGINAL;
            original[added + 3] = TextHash.of(document.text());
            original[added + 4] = kind.rank(document.id());
            rows.add(RowFactory.create(original));
            if (isTraining(row)) {
                augmentation.outcomes(document).forEach(outcome -> rows.add(copy(row, outcome)));
            }
            return rows;
        }

        private static Object[] values(Row row) {
            Object[] values = new Object[row.size() + 5];
            for (int i = 0; i < row.size(); i++) {
                values[i] = row.get(i);
            }
            return values;
        }

        private Row copy(Row row, Outcome outcome) {
            Object[] values = values(row);
            values[row.fieldIndex(text)] = outcome.text();
            values[row.fieldIndex("id")] = outcome.id();
            if (!spans.isEmpty()) {
                values[row.fieldIndex(spans)] = Copies.rows(outcome.spans());
            }
            int added = row.size();
            values[added] = RowFactory.create(
                    outcome.source().id(),
                    outcome.operator(),
                    outcome.copy(),
                    outcome.seed(),
                    outcome.edits().stream().map(Expansion::row).toArray(),
                    outcome.intensity(),
                    CollectionConverters.asScala(outcome.scores()));
            values[added + 1] = Settings.name(outcome.fate());
            values[added + 2] = outcome.reason().isEmpty() ? null : outcome.reason();
            values[added + 3] = outcome.hash();
            values[added + 4] = Kind.COPY.rank(outcome.id());
            return RowFactory.create(values);
        }

        private static Row row(Edit edit) {
            return RowFactory.create(edit.start(), edit.end(), edit.replacement());
        }
    }

    /** What became of each operator's copies, as the two tables tell it. */
    Map<String, Counts> counts(long inputs, Dataset<Row> augmented, Dataset<Row> rejected) {
        Column operator = col(AUGMENTATION).getField("operator").as("operator");
        Map<String, Map<String, Map<String, Long>>> found = new HashMap<>();
        Dataset<Row> kept = augmented
                .where(col(AUGMENTATION).isNotNull())
                .groupBy(operator)
                .agg(count(lit(1)))
                .select(col("operator"), lit(Settings.name(Fate.KEPT)), lit("none"), col("count(1)"));
        kept.union(rejected.groupBy(operator, col(FATE), col(REASON)).agg(count(lit(1))))
                .collectAsList()
                .forEach(row -> found.computeIfAbsent(row.getString(0), any -> new HashMap<>())
                        .computeIfAbsent(row.getString(1), any -> new HashMap<>())
                        .put(row.getString(2), row.getLong(3)));
        Map<String, Counts> counts = new LinkedHashMap<>();
        for (Step step : settings.section().steps()) {
            Map<String, Map<String, Long>> fates = found.getOrDefault(step.name(), Map.of());
            counts.put(
                    step.name(),
                    new Counts(
                            inputs,
                            step.copies(),
                            sum(fates, Fate.KEPT),
                            fates.getOrDefault(Settings.name(Fate.DROPPED), Map.of()),
                            sum(fates, Fate.UNCHANGED),
                            sum(fates, Fate.FAILED)));
        }
        return counts;
    }

    private static long sum(Map<String, Map<String, Long>> fates, Fate fate) {
        return fates.getOrDefault(Settings.name(fate), Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }
}
