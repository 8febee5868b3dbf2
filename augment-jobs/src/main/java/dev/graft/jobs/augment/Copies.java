// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.md5;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import dev.graft.augment.Edit;
import dev.graft.augment.Step;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.jobs.augment.Outcome.Fate;
import dev.graft.run.Counts;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import scala.jdk.javaapi.CollectionConverters;

/** The copies of the training rows as tables. Needs to know nothing of operators or filters. */
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

    private static final String FATE = "fate";
    private static final String REASON = "reason";
    private static final int PARTITIONS_PER_CORE = 4;

    private final SparkSession spark;
    private final AugmentSettings settings;
    private final AugmentSettings.Work work;
    private final String text;

    Copies(SparkSession spark, AugmentSettings settings, AugmentSettings.Work work) {
        this.work = work;
        this.spark = spark;
        this.settings = settings;
        text = settings.recipe().corpus().text();
    }

    /** One row for each copy of each training row: its columns, {@code augmentation}, {@code fate} and {@code reason}. */
    Dataset<Row> of(Dataset<Row> documents) {
        Dataset<Row> train = documents.where(col("split").equalTo("train"));
        int partitions = settings.section().partitions() > 0
                ? settings.section().partitions()
                : spark.sparkContext().defaultParallelism() * PARTITIONS_PER_CORE;
        StructType schema = documents
                .schema()
                .add(AUGMENTATION, SCHEMA)
                .add(FATE, DataTypes.StringType)
                .add(REASON, DataTypes.StringType);
        LongAccumulator done = spark.sparkContext().longAccumulator("documents");
        Progress progress = Progress.start(done, train.count());
        try {
            Dataset<Row> made = train.repartition(partitions, col("id"))
                    .mapPartitions(task(work, text, done), Encoders.row(schema))
                    .persist(org.apache.spark.storage.StorageLevel.DISK_ONLY());
            made.count();
            return made;
        } finally {
            progress.close();
        }
    }

    private static MapPartitionsFunction<Row, Row> task(AugmentSettings.Work work, String text, LongAccumulator done) {
        return rows -> {
            Augmentation augmentation = Models.augmentation(work);
            Iterable<Row> iterable = () -> rows;
            return StreamSupport.stream(iterable.spliterator(), false)
                    .flatMap(row -> {
                        done.add(1);
                        return copies(augmentation, text, row);
                    })
                    .iterator();
        };
    }

    private static Stream<Row> copies(Augmentation augmentation, String text, Row row) {
        int textAt = row.fieldIndex(text);
        int idAt = row.fieldIndex("id");
        String id = row.getString(idAt);
        Document document = new Document(id, row.getString(textAt), null);
        return augmentation.outcomes(document).stream().map(outcome -> {
            Object[] values = new Object[row.size() + 3];
            for (int i = 0; i < row.size(); i++) {
                values[i] = row.get(i);
            }
            values[textAt] = outcome.text();
            values[idAt] = id + "#" + outcome.operator() + "-" + outcome.copy();
            values[row.size()] = RowFactory.create(
                    id,
                    outcome.operator(),
                    outcome.copy(),
                    outcome.seed(),
                    outcome.edits().stream().map(Copies::row).toArray(),
                    outcome.intensity(),
                    CollectionConverters.asScala(outcome.scores()));
            values[row.size() + 1] = Settings.name(outcome.fate());
            values[row.size() + 2] = outcome.reason();
            return RowFactory.create(values);
        });
    }

    private static Row row(Edit edit) {
        return RowFactory.create(edit.start(), edit.end(), edit.replacement());
    }

    /** Drops a kept copy whose text an original, an evaluation row or an earlier copy has. */
    Dataset<Row> judgeDuplicates(Dataset<Row> documents, Dataset<Row> made) {
        String kept = Settings.name(Fate.KEPT);
        Column isKept = col(FATE).equalTo(kept);
        Dataset<Row> originals = documents
                .select(md5(col(text)).as("_hash"), col("split").as("_split"))
                .groupBy("_hash")
                .agg(max(when(col("_split").notEqual("train"), lit("in-evaluation"))
                                .otherwise(lit("duplicate")))
                        .as("_original"));
        WindowSpec sameText = Window.partitionBy(col("_hash"), isKept).orderBy(col("id"));
        Column reason = when(
                isKept,
                coalesce(col("_original"), when(row_number().over(sameText).gt(1), lit("duplicate"))));
        return made.withColumn("_hash", md5(col(text)))
                .join(originals, JOIN_ON_HASH, "left")
                .withColumn("_duplicate", reason)
                .withColumn(
                        FATE,
                        when(col("_duplicate").isNotNull(), lit("dropped")).otherwise(col(FATE)))
                .withColumn(REASON, coalesce(col("_duplicate"), col(REASON)))
                .drop("_hash", "_original", "_duplicate");
    }

    private static final scala.collection.immutable.Seq<String> JOIN_ON_HASH =
            CollectionConverters.asScala(List.of("_hash")).toList();

    /** Copies that are not kept, with the reason; an unchanged one has none of its own. */
    Dataset<Row> rejected(Dataset<Row> judged) {
        return judged.where(col(FATE).notEqual(Settings.name(Fate.KEPT)));
    }

    /** The originals of all splits and the kept copies. */
    Dataset<Row> augmented(Dataset<Row> documents, Dataset<Row> judged) {
        return documents
                .withColumn(AUGMENTATION, lit(null).cast(SCHEMA))
                .unionByName(judged.where(col(FATE).equalTo(Settings.name(Fate.KEPT)))
                        .drop(FATE, REASON));
    }

    /** What became of each operator's copies. */
    Map<String, Counts> counts(long inputs, Dataset<Row> judged) {
        Map<String, Map<Fate, Map<String, Long>>> found = new HashMap<>();
        judged.groupBy(col(AUGMENTATION).getField("operator"), col(FATE), col(REASON))
                .agg(count(lit(1)))
                .collectAsList()
                .forEach(row -> {
                    Fate fate = Arrays.stream(Fate.values())
                            .filter(each -> Settings.name(each).equals(row.getString(1)))
                            .findFirst()
                            .orElseThrow();
                    found.computeIfAbsent(row.getString(0), operator -> new HashMap<>())
                            .computeIfAbsent(fate, any -> new HashMap<>())
                            .put(row.getString(2), row.getLong(3));
                });
        Map<String, Counts> counts = new LinkedHashMap<>();
        for (Step operator : settings.section().steps()) {
            Map<Fate, Map<String, Long>> fates = found.getOrDefault(operator.name(), Map.of());
            counts.put(
                    operator.name(),
                    new Counts(
                            inputs,
                            operator.copies(),
                            sum(fates, Fate.KEPT),
                            fates.getOrDefault(Fate.DROPPED, Map.of()),
                            sum(fates, Fate.UNCHANGED),
                            sum(fates, Fate.FAILED)));
        }
        return counts;
    }

    private static long sum(Map<Fate, Map<String, Long>> fates, Fate fate) {
        return fates.getOrDefault(fate, Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }
}
