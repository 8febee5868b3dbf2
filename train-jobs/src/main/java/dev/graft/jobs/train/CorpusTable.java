// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_position;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import dev.graft.corpus.InputException;
import dev.graft.jobs.Columns;
import dev.graft.jobs.Damage;
import dev.graft.jobs.Inputs;
import dev.graft.jobs.Storages;
import dev.graft.jobs.tune.PartitionFiles;
import dev.graft.jobs.tune.TestNoise;
import dev.graft.run.Manifest;
import dev.graft.run.Recipe;
import dev.graft.run.RunDirectory;
import dev.graft.storage.Place;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.Example;
import dev.graft.train.Unlabelled;
import dev.graft.train.data.SeenRows;
import dev.graft.train.data.StoredRows;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The rows of a finished augmentation as a table of its parts, by id: plain tasks write it, and whoever wants the rows reads it into
 * files of its machine. The driver has the names of the classes.
 *
 * @param place of the table
 * @param labels names of the classes, sorted
 * @param noises of the tests beside the untouched one
 * @param drawn whether rows are to be drawn of it, for which the ids are looked at
 * @param more whether rows without a label are read, too
 */
record CorpusTable(String place, List<String> labels, List<TestNoise> noises, boolean drawn, boolean more)
        implements Serializable {
    private enum Part {
        TRAIN,
        VALIDATION,
        TEST,
        UNLABELLED;

        String column() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final StructType SCHEMA = new StructType()
            .add("part", DataTypes.StringType)
            .add("id", DataTypes.StringType)
            .add("source", DataTypes.StringType)
            .add("copy", DataTypes.BooleanType)
            .add("label", DataTypes.IntegerType)
            .add("text", DataTypes.StringType)
            .add("tokens", DataTypes.IntegerType);

    CorpusTable {
        labels = List.copyOf(labels);
        noises = List.copyOf(noises);
    }

    /**
     * Writes it, unless a run that was cut off has written it.
     *
     * @param place below what belongs to these settings alone, or to this process
     * @throws InputException if the rows are no corpus for a classifier
     */
    static CorpusTable of(SparkSession spark, TrainPlan plan, Place place) throws IOException {
        return of(spark, plan.data(), plan.compare().noises(), place)
                .with(
                        plan.compare().perClass() > 0,
                        plan.arms().stream().anyMatch(arm -> arm.kind().usesUnlabelled()));
    }

    static CorpusTable of(SparkSession spark, Recipe recipe, List<TestNoise> noises, Place place) throws IOException {
        RunDirectory directory = Storages.directory(spark, recipe);
        Manifest manifest = directory.finished(List.of(Corpus.AUGMENTED));
        Inputs.requireUnchanged(spark, recipe, manifest.from().inputs());
        String label = recipe.corpus()
                .label()
                .orElseThrow(
                        () -> new InputException("corpus.label is missing: a classifier is trained on labelled rows"));
        Dataset<Row> all = Damage.told(
                directory.at(Corpus.AUGMENTED), () -> Storages.table(spark, directory.place(Corpus.AUGMENTED)));
        Column name = Columns.named(label).cast("string");
        return Damage.told(recipe.out() + "/" + Corpus.AUGMENTED, () -> {
            List<String> labels = labels(all, name);
            Dataset<Row> rows = rows(all, recipe, name, labels);
            if (!exists(place)) {
                Column unlabelled = col("part").equalTo(Part.UNLABELLED.column());
                requireClasses(rows, all, name, recipe, labels);
                Dataset<Row> test = rows.where(col("part").equalTo(Part.TEST.column()));
                Dataset<Row> tested = rows;
                for (TestNoise noise : noises) {
                    tested = tested.unionByName(
                            test.mapPartitions(new Noise(noise, recipe.model(), recipe.seed()), Encoders.row(SCHEMA)));
                }
                tested.mapPartitions(new Measured(recipe.model()), Encoders.row(SCHEMA))
                        .orderBy(
                                col("part"),
                                when(unlabelled, col("source")).otherwise(col("id")),
                                col("copy"),
                                col("id"))
                        .write()
                        .mode("overwrite")
                        .partitionBy("part")
                        .parquet(place.uri());
            }
            return new CorpusTable(place.uri(), labels, noises, false, true);
        });
    }

    /** The classes of the training rows, sorted. */
    static List<String> labels(Dataset<Row> all, Column name) {
        Column train = col("split").equalTo(Part.TRAIN.column());
        return all
                .where(train.and(name.isNotNull()))
                .select(name)
                .distinct()
                .as(Encoders.STRING())
                .collectAsList()
                .stream()
                .sorted()
                .toList();
    }

    /**
     * The labelled rows of a corpus, or of an augmentation, in the table's columns with the tokens of each; a class that no
     * training row has is -1.
     */
    static Dataset<Row> measured(Dataset<Row> all, Recipe recipe, Column name, List<String> labels) {
        return rows(all, recipe, name, labels).mapPartitions(new Measured(recipe.model()), Encoders.row(SCHEMA));
    }

    private CorpusTable with(boolean drawing, boolean unlabelled) {
        return new CorpusTable(place, labels, noises, drawing, unlabelled);
    }

    private static boolean exists(Place place) {
        try {
            return place.at("_SUCCESS").exists();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of the parts, in the table's columns; of what is held out the originals alone. */
    private static Dataset<Row> rows(Dataset<Row> all, Recipe recipe, Column name, List<String> labels) {
        Column original = col("augmentation").isNull();
        Column train = col("split").equalTo(Part.TRAIN.column());
        Column[] names = labels.stream().map(each -> (Column) lit(each)).toArray(Column[]::new);
        Column number = array_position(array(names), name).minus(1).cast("int");
        return all.where(name.isNotNull()
                        .and(original.or(train))
                        .or(name.isNull().and(train)))
                .select(
                        when(name.isNull(), Part.UNLABELLED.column())
                                .otherwise(col("split"))
                                .as("part"),
                        col("id"),
                        coalesce(col("augmentation.source_id"), col("id")).as("source"),
                        not(original).as("copy"),
                        coalesce(number, lit(-1)).as("label"),
                        Columns.named(recipe.corpus().text()).as("text"),
                        lit(0).as("tokens"));
    }

    private static void requireClasses(
            Dataset<Row> rows, Dataset<Row> all, Column name, Recipe recipe, List<String> labels) {
        long test = rows.where(col("part").equalTo(Part.TEST.column())).count();
        if (labels.size() < 2 || test == 0) {
            throw new InputException(
                    "a classifier needs 2 labels and a test row; " + recipe.out() + " has the labels " + labels + " in "
                            + rows.where(col("part").equalTo(Part.TRAIN.column()))
                                    .count() + " training rows, and " + test + " labelled test rows");
        }
        List<Row> unknown = all.where(
                        name.isNotNull().and(col("augmentation").isNull()).and(not(name.isin(labels.toArray()))))
                .select(col("id"), name)
                .orderBy("id")
                .limit(1)
                .collectAsList();
        if (!unknown.isEmpty()) {
            throw new InputException("row " + unknown.get(0).getString(0) + " has label "
                    + unknown.get(0).getString(1) + ", which no training row has; known are " + labels);
        }
    }

    /** Test rows with noise, in a task. */
    private record Noise(TestNoise noise, String model, long seed) implements MapPartitionsFunction<Row, Row> {
        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            TestNoise.Noisy noisily = noise.on(model, seed);
            return each(rows, row -> with(row, noise.part(), noisily.of(row.getAs("id"), row.getAs("text")), 0));
        }
    }

    /** Each row with the tokens of its text, the special ones included, before a training cuts it; in a task. */
    private record Measured(String model) implements MapPartitionsFunction<Row, Row> {
        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            if (!rows.hasNext()) {
                return rows;
            }
            Tokenizer tokenizer = Tokenizer.whole(Storages.files(model).tokenizer());
            TaskContext.get().addTaskCompletionListener((TaskCompletionListener) done -> tokenizer.close());
            return each(rows, row -> {
                String text = row.getAs("text");
                return with(row, row.getAs("part"), text, tokenizer.ids(text).length);
            });
        }
    }

    private static Row with(Row row, String part, String text, int tokens) {
        return RowFactory.create(
                part, row.getAs("id"), row.getAs("source"), row.getAs("copy"), row.getAs("label"), text, tokens);
    }

    private static Iterator<Row> each(Iterator<Row> rows, UnaryOperator<Row> change) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Row next() {
                return change.apply(rows.next());
            }
        };
    }

    /** Rows that are read from files of this machine until it is closed. */
    static final class Opened implements AutoCloseable {
        private final List<StoredRows<?>> files;
        private final Corpus corpus;

        private Opened(List<StoredRows<?>> files, Corpus corpus) {
            this.files = files;
            this.corpus = corpus;
        }

        Corpus corpus() {
            return corpus;
        }

        @Override
        public void close() throws IOException {
            for (StoredRows<?> each : files) {
                each.close();
            }
        }
    }

    /** Reads it; without Spark, as a task does. */
    Opened open() throws IOException {
        List<StoredRows<?>> files = new ArrayList<>();
        try {
            return new Opened(files, read(files));
        } catch (IOException | RuntimeException e) {
            for (StoredRows<?> each : files) {
                each.close();
            }
            throw e;
        }
    }

    /** @param files what is opened is added here */
    private Corpus read(List<StoredRows<?>> files) throws IOException {
        IntStream.Builder originals = IntStream.builder();
        List<String> ids = new ArrayList<>();
        List<String> sources = new ArrayList<>();
        int[] row = {0};
        StoredRows<Example> train = examples(files, Part.TRAIN.column(), each -> {
            if (!each.getBoolean("copy", 0)) {
                originals.add(row[0]);
                if (drawn) {
                    ids.add(each.getString("id", 0));
                }
            }
            if (drawn) {
                sources.add(each.getString("source", 0));
            }
            row[0]++;
        });
        int[] places = originals.build().toArray();
        Map<String, Integer> byId = new HashMap<>();
        ids.forEach(id -> byId.put(id, byId.size()));
        StoredRows<Example> validation = examples(files, Part.VALIDATION.column(), any -> {});
        Map<String, StoredRows<Example>> tests = new LinkedHashMap<>();
        tests.put(TestNoise.TEST, examples(files, Part.TEST.column(), any -> {}));
        for (TestNoise noise : noises) {
            tests.put(noise.name(), examples(files, noise.part(), any -> {}));
        }
        return new Corpus(
                labels,
                SeenRows.at(train, places),
                train,
                sources.stream()
                        .map(source -> Objects.requireNonNull(byId.get(source)))
                        .toList(),
                validation,
                new LinkedHashMap<>(tests),
                more ? unlabelled(files) : List.of());
    }

    private StoredRows<Example> examples(List<StoredRows<?>> files, String part, PartitionFiles.Sink told)
            throws IOException {
        return stored(
                files,
                Example::of,
                rows -> PartitionFiles.read(place, part, row -> {
                    rows.add(
                            row.getInteger("tokens", 0),
                            new Example(row.getString("text", 0), row.getInteger("label", 0)).bytes());
                    told.add(row);
                }));
    }

    /** A row's copies stand behind it in the table. */
    private StoredRows<Unlabelled> unlabelled(List<StoredRows<?>> files) throws IOException {
        return stored(files, Unlabelled::of, rows -> {
            List<String> texts = new ArrayList<>();
            int[] tokens = {0};
            PartitionFiles.read(place, Part.UNLABELLED.column(), row -> {
                if (!row.getBoolean("copy", 0)) {
                    add(texts, tokens[0], rows);
                    tokens[0] = row.getInteger("tokens", 0);
                }
                texts.add(row.getString("text", 0));
            });
            add(texts, tokens[0], rows);
        });
    }

    private static void add(List<String> texts, int tokens, StoredRows.Writer<Unlabelled> rows) throws IOException {
        if (!texts.isEmpty()) {
            rows.add(tokens, new Unlabelled(texts.get(0), texts.subList(1, texts.size())).bytes());
            texts.clear();
        }
    }

    @FunctionalInterface
    private interface Filling<R> {
        void fill(StoredRows.Writer<R> rows) throws IOException;
    }

    private static <R> StoredRows<R> stored(
            List<StoredRows<?>> files, Function<ByteBuffer, R> format, Filling<R> filling) throws IOException {
        Path file = Files.createTempFile("graft-rows", ".bin");
        try (StoredRows.Writer<R> writer = new StoredRows.Writer<>(format, file)) {
            filling.fill(writer);
            StoredRows<R> rows = writer.rows();
            files.add(rows);
            return rows;
        }
    }
}
