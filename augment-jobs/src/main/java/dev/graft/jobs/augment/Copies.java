// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import dev.graft.augment.Augmented;
import dev.graft.augment.Edit;
import dev.graft.augment.Step;
import dev.graft.config.Settings;
import dev.graft.corpus.Conll;
import dev.graft.corpus.Document;
import dev.graft.corpus.Source;
import dev.graft.corpus.Span;
import dev.graft.filter.Filter;
import dev.graft.jobs.augment.AugmentSettings.Work;
import dev.graft.jobs.augment.Outcome.Fate;
import dev.graft.run.Counts;
import dev.graft.run.Manifest;
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
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.CollectionAccumulator;
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
    private static final String SOURCE_ID = "_source_id";
    private static final String SOURCE_TEXT = "_source_text";
    private static final String TABLE = "_table";
    private static final int PARTITIONS_PER_CORE = 4;
    /** Messages that a task, and the manifest, tells of. */
    private static final int MOST_FAILURES = 20;
    /** Tables and reasons that a task writes side by side without sorting its rows first. */
    private static final int WRITERS = 64;

    private final SparkSession spark;
    private final AugmentSettings settings;
    private final Expansion expansion;
    private final CollectionAccumulator<String> failures;
    private final Path staging;

    Copies(SparkSession spark, AugmentSettings settings, Work work, Path staging) {
        this.spark = spark;
        this.settings = settings;
        this.staging = staging;
        Source source = settings.recipe().corpus();
        failures = spark.sparkContext().collectionAccumulator("failures");
        expansion = new Expansion(
                failures,
                work,
                source.text(),
                source.spans().orElse(""),
                source.label().orElse(""));
    }

    /** Which of the rows with one text stays: that of the evaluation before a training row, and this before a copy. */
    enum Kind {
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
            Dataset<Row> judged = judged(made, repeated(keys));
            watch.lap("compare");
            write(withoutOverlap(judged));
            watch.lap("write");
        }
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
                .mapPartitions(expansion.judgedAgain(), Encoders.row(schema));
        Dataset<Row> made = Tables.write(
                judged.unionByName(originals
                        .withColumn(FATE, lit(ORIGINAL))
                        .withColumn(REASON, lit(null).cast("string"))
                        .withColumn(
                                HASH,
                                HASH_OF.apply(col(settings.recipe().corpus().text())))
                        .withColumn(RANK, RANK_OF.apply(col("split"), col("id")))),
                staging.resolve("_copies"));
        watch.lap("judge");
        Dataset<Row> keys =
                made.where(col(FATE).isin(ORIGINAL, Settings.name(Fate.KEPT))).select(HASH, RANK);
        write(withoutOverlap(judged(made, repeated(keys))));
        watch.lap("write");
    }

    private static final UserDefinedFunction HASH_OF = udf((UDF1<String, Long>) TextHash::of, DataTypes.LongType);
    private static final UserDefinedFunction RANK_OF = udf(
            (UDF2<String, String, Long>)
                    (split, id) -> (split.equals("train") ? Kind.ORIGINAL : Kind.EVALUATION).rank(id),
            DataTypes.LongType);
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
    }

    static Row[] rows(List<Span> spans) {
        return spans.stream()
                .map(span -> RowFactory.create(span.start(), span.end(), span.label()))
                .toArray(Row[]::new);
    }

    /** What the tasks do: from a document to itself and its copies. */
    private record Expansion(CollectionAccumulator<String> failures, Work work, String text, String spans, String label)
            implements Serializable {
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
            List<Span> annotated = spans.isEmpty() ? List.of() : spans(row, row.fieldIndex(spans));
            return new Document(row.getAs("id"), row.getAs(text), label.isEmpty() ? null : row.getAs(label), annotated);
        }

        /** A text and its spans as the lines of CoNLL. */
        static String conll(Row row) {
            return new Conll(row.getString(0), spans(row, 1)).lines();
        }

        private static List<Span> spans(Row row, int at) {
            List<Span> annotated = new ArrayList<>();
            if (!row.isNullAt(at)) {
                row.<Row>getList(at)
                        .forEach(span -> annotated.add(new Span(span.getInt(0), span.getInt(1), span.getString(2))));
            }
            return annotated;
        }

        /** Rows of a copy and its source's text, with the fate that the filters of now give it, hash and rank. */
        MapPartitionsFunction<Row, Row> judgedAgain() {
            return rows -> {
                List<Filter> filters = Models.filters(work);
                return flat(rows, row -> List.of(judgedAgain(filters, row)));
            };
        }

        private Row judgedAgain(List<Filter> filters, Row row) {
            Row augmentation = row.getAs(AUGMENTATION);
            String id = augmentation.getAs("source_id");
            Object[] values = new Object[row.size()];
            int at = 0;
            for (String name : row.schema().fieldNames()) {
                if (!name.equals(SOURCE_ID) && !name.equals(SOURCE_TEXT)) {
                    values[at++] = row.getAs(name);
                }
            }
            int fate = row.fieldIndex(FATE) - (row.fieldIndex(SOURCE_ID) < row.fieldIndex(FATE) ? 1 : 0);
            values[at] = TextHash.of(row.getAs(text));
            values[at + 1] = Kind.COPY.rank(row.getAs("id"));
            String before = row.getAs(FATE);
            if (before.equals(Settings.name(Fate.KEPT)) || before.equals(Settings.name(Fate.DROPPED))) {
                List<Edit> edits = augmentation.<Row>getList(augmentation.fieldIndex("edits")).stream()
                        .map(edit -> new Edit(edit.getInt(0), edit.getInt(1), edit.getString(2)))
                        .toList();
                Document source = new Document(id, row.getAs(SOURCE_TEXT), label.isEmpty() ? null : row.getAs(label));
                Augmented copy = new Augmented(
                        source,
                        augmentation.getAs("operator"),
                        augmentation.getAs("copy"),
                        augmentation.getAs("seed"),
                        edits,
                        row.getAs(text));
                Outcome outcome = Augmentation.judgeAgain(
                        filters, copy, augmentation.getJavaMap(augmentation.fieldIndex("scores")));
                values[fate] = Settings.name(outcome.fate());
                values[fate + 1] = outcome.reason().isEmpty() ? null : outcome.reason();
                Object[] struct = new Object[augmentation.size()];
                for (int i = 0; i < struct.length; i++) {
                    struct[i] = augmentation.get(i);
                }
                struct[augmentation.fieldIndex("scores")] = CollectionConverters.asScala(outcome.scores());
                values[
                                row.fieldIndex(AUGMENTATION)
                                        - (row.fieldIndex(SOURCE_ID) < row.fieldIndex(AUGMENTATION) ? 1 : 0)] =
                        RowFactory.create(struct);
            }
            return RowFactory.create(values);
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
                        keys.add(RowFactory.create(outcome.hash(), outcome.rank()));
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
                augmentation.outcomes(document).forEach(outcome -> {
                    if (outcome.fate() == Fate.FAILED && failures.value().size() < MOST_FAILURES) {
                        failures.add(
                                "document " + document.id() + ", " + outcome.operator() + ": " + outcome.message());
                    }
                    rows.add(copy(row, outcome));
                });
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
            values[added + 4] = outcome.rank();
            return RowFactory.create(values);
        }

        private static Row row(Edit edit) {
            return RowFactory.create(edit.start(), edit.end(), edit.replacement());
        }
    }

    /** The manifest of what was written, with each copy accounted for. */
    Manifest finish(String fingerprint, Map<String, Long> documents, Stopwatch watch) {
        Dataset<Row> augmented = Tables.read(spark, staging.resolve("augmented"));
        Dataset<Row> rejected = Tables.read(spark, staging.resolve("rejected"));
        Map<String, Counts> counts = counts(documents.getOrDefault("train", 0L), augmented, rejected);
        Map<String, Long> rows = new LinkedHashMap<>(documents);
        rows.put("augmented", augmented.count());
        rows.put("rejected", rejected.count());
        if (settings.recipe().corpus().format() == Source.Format.CONLL) {
            Source source = settings.recipe().corpus();
            augmented
                    .orderBy("id")
                    .select(source.text(), source.spans().orElse(""))
                    .map((MapFunction<Row, String>) Expansion::conll, Encoders.STRING())
                    .write()
                    .option("lineSep", "\n")
                    .text(staging.resolve("conll").toUri().toString());
        }
        watch.lap("count");
        return new Manifest(
                fingerprint,
                Session.versions(spark),
                settings.recipe().seed(),
                Session.models(settings),
                rows,
                counts,
                watch.laps(),
                failures.value().stream()
                        .sorted()
                        .distinct()
                        .limit(MOST_FAILURES)
                        .toList());
    }

    /** What became of each operator's copies, as the two tables tell it. */
    private Map<String, Counts> counts(long inputs, Dataset<Row> augmented, Dataset<Row> rejected) {
        Column operator = col(AUGMENTATION).getField("operator").as("operator");
        Map<String, Map<String, Map<String, Long>>> found = new HashMap<>();
        Dataset<Row> kept = augmented
                .where(col(AUGMENTATION).isNotNull())
                .groupBy(operator)
                .agg(count(lit(1)))
                .select(col("operator"), lit(Settings.name(Fate.KEPT)), lit("none"), col("count(1)"));
        kept.union(rejected.where(col(AUGMENTATION).isNotNull())
                        .groupBy(operator, col(FATE), col(REASON))
                        .agg(count(lit(1))))
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
