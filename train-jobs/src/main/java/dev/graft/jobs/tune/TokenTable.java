// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Source;
import dev.graft.jobs.Columns;
import dev.graft.jobs.Storages;
import dev.graft.run.RunDirectory;
import dev.graft.storage.Place;
import dev.graft.train.data.LabelColumn;
import dev.graft.train.data.RowFormat;
import dev.graft.train.data.StoredRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A corpus in tokens, as Parquet: made once by plain tasks, and read row by row by the tasks that train. The driver has counts.
 *
 * @param place of the table, whose folders are its {@link Part}s
 * @param counts of each part
 * @param labels of annotated spans, where they are taught
 */
record TokenTable(Place place, Map<Part, Count> counts, List<String> labels) {
    /** Which rows: as they are split, and those that can't be used. Test rows with noise are of {@link TestNoise#part}. */
    enum Part {
        TRAIN,
        VALIDATION,
        TEST,
        REFUSED;

        String column() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Of a part.
     *
     * @param copies rows that an augmentation made
     * @param targets tokens that carry loss, of which {@code lost} were cut off
     * @param cut rows that were cut
     */
    record Count(long rows, long copies, long tokens, long targets, long lost, long cut) {
        static final Count NONE = new Count(0, 0, 0, 0, 0, 0);
    }

    static final StructType SCHEMA = new StructType()
            .add("part", DataTypes.StringType)
            .add("id", DataTypes.StringType)
            .add("copy", DataTypes.BooleanType)
            .add("reason", DataTypes.StringType)
            .add("tokens", DataTypes.IntegerType)
            .add("targets", DataTypes.LongType)
            .add("lost", DataTypes.LongType)
            .add("cut", DataTypes.LongType)
            .add("text", DataTypes.StringType)
            .add("content", DataTypes.BinaryType);

    private static final int SHOWN = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws InputException if no row can be used, or more than the recipe allows can't */
    static TokenTable of(SparkSession spark, TuneSettings settings, Place place) throws IOException {
        List<String> labels = switch (settings.teaching().kind()) {
            case TOKEN_CLASSIFICATION -> labels(spark, settings);
            case MULTI_LABEL -> ofTexts(spark, settings);
            case CLASSIFY, REGRESS, SFT, CAUSAL_LM, DPO, MASKED_LM, TRANSLATE -> List.of();
        };
        if (!place.at("_SUCCESS").exists()) {
            lines(spark, settings)
                    .orderBy("part", "id")
                    .mapPartitions(Tokenising.of(settings, labels), Encoders.row(SCHEMA))
                    .write()
                    .mode("overwrite")
                    .partitionBy("part")
                    .parquet(place.uri());
        }
        Dataset<Row> table = read(spark, place);
        Map<Part, Count> counts = new TreeMap<>();
        table.where(col("part").isin(Stream.of(Part.values()).map(Part::column).toArray()))
                .groupBy("part")
                .agg(
                        count(lit(1)),
                        sum(col("copy").cast("long")),
                        sum("tokens"),
                        sum("targets"),
                        sum("lost"),
                        sum("cut"))
                .collectAsList()
                .forEach(row -> counts.put(
                        Part.valueOf(row.getString(0).toUpperCase(Locale.ROOT)),
                        new Count(
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(3),
                                row.getLong(4),
                                row.getLong(5),
                                row.getLong(6))));
        TokenTable tokens = new TokenTable(place, counts, labels);
        tokens.requireRows(settings, table);
        return tokens;
    }

    private static Dataset<Row> read(SparkSession spark, Place place) {
        return spark.read().schema(SCHEMA).parquet(place.uri());
    }

    /** The original rows of a part, in one order whatever wrote them. */
    Dataset<Row> originals(SparkSession spark, String part) {
        return read(spark, place)
                .where(col("part").equalTo(part).and(not(col("copy"))))
                .orderBy("id", "text");
    }

    private void requireRows(TuneSettings settings, Dataset<Row> table) {
        long bad = counted(Part.REFUSED).rows();
        long all = counts.values().stream().mapToLong(Count::rows).sum();
        double most = settings.recipe().maxBadRows();
        if (counted(Part.TRAIN).rows() == 0 || bad > most * all) {
            throw new InputException(bad + " of " + all + " rows can't be used; allowed is a share of " + most
                    + " (max-bad-rows), and one row or more to learn from"
                    + table
                            .where(col("part").equalTo(Part.REFUSED.column()))
                            .orderBy("id")
                            .limit(SHOWN)
                            .collectAsList()
                            .stream()
                            .map(row -> "\n  " + row.getAs("id") + ": " + row.getAs("reason"))
                            .collect(Collectors.joining()));
        }
    }

    Count counted(Part part) {
        return counts.getOrDefault(part, Count.NONE);
    }

    /** Labels of the spans of all rows. */
    private static List<String> labels(SparkSession spark, TuneSettings settings) {
        return augmented(spark, settings)
                .select(explode(Columns.named(settings.teaching().spans())).as("span"))
                .select(col("span.label"))
                .distinct()
                .orderBy("label")
                .as(Encoders.STRING())
                .collectAsList();
    }

    /** Labels that the corpus names, or those of all training rows; what a row has that can't be read is told when it is tokenised. */
    private static List<String> ofTexts(SparkSession spark, TuneSettings settings) throws IOException {
        List<String> named = settings.recipe().corpus().labels();
        LabelColumn column = settings.teaching().label();
        List<String> labels = named.isEmpty()
                ? lines(spark, settings)
                        .where(col("part")
                                .equalTo(Part.TRAIN.column())
                                .and(col("json").isNotNull()))
                        .select("json")
                        .as(Encoders.STRING())
                        .flatMap((FlatMapFunction<String, String>) json -> labels(column, json), Encoders.STRING())
                        .distinct()
                        .collectAsList()
                : named;
        if (labels.isEmpty()) {
            throw new InputException("no training row has a label in the column " + column.name()
                    + "; allowed is one or more, or names in corpus.labels");
        }
        return labels.stream().sorted().toList();
    }

    private static Iterator<String> labels(LabelColumn column, String json) {
        try {
            return column.labels(JSON.readTree(json)).iterator();
        } catch (InputException | JsonProcessingException e) {
            return Collections.emptyIterator();
        }
    }

    private static Dataset<Row> augmented(SparkSession spark, TuneSettings settings) {
        RunDirectory directory = Storages.directory(spark, settings.rows().orElseThrow());
        directory.finished(List.of("augmented"));
        return Storages.table(spark, directory.place("augmented"));
    }

    /** Rows as JSON: part, id, copy, json; json is null of what is not even text. */
    private static Dataset<Row> lines(SparkSession spark, TuneSettings settings) throws IOException {
        if (settings.rows().isPresent()) {
            Dataset<Row> rows = augmented(spark, settings);
            Column copy = col("augmentation").isNotNull();
            return rows.where(not(copy).or(col("split").equalTo(Part.TRAIN.column())))
                    .select(
                            col("split").as("part"),
                            col("id"),
                            copy.as("copy"),
                            to_json(struct("*")).as("json"));
        }
        TextLines files = new TextLines(spark, settings);
        if (settings.data().text().isPresent()) {
            return files.texts(settings.data().text().get());
        }
        Source corpus = settings.recipe().corpus();
        Dataset<Row> lines = files.rows(
                corpus.train(), corpus.validation().isPresent() || corpus.test().isPresent() ? "train" : "");
        for (Map.Entry<Part, java.util.Optional<String>> other : Map.of(
                        Part.VALIDATION, corpus.validation(), Part.TEST, corpus.test())
                .entrySet()) {
            if (other.getValue().isPresent()) {
                lines = lines.unionByName(
                        files.rows(other.getValue().get(), other.getKey().column()));
            }
        }
        return lines;
    }

    /**
     * The rows of a part on this machine, for a task.
     *
     * @param table its place
     * @param originals whether copies are left out
     */
    static <R extends dev.graft.train.data.Row> StoredRows<R> stored(
            String table, String part, boolean originals, RowFormat<R> format, Path file) throws IOException {
        try (StoredRows.Writer<R> writer = new StoredRows.Writer<>(format::row, file)) {
            PartitionFiles.read(table, part, row -> {
                if (!originals || !row.getBoolean("copy", 0)) {
                    writer.add(
                            row.getInteger("tokens", 0),
                            RowFormat.named(
                                    row.getString("id", 0),
                                    row.getBinary("content", 0).getBytes()));
                }
            });
            return writer.rows();
        }
    }
}
