// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import dev.graft.corpus.InputException;
import dev.graft.corpus.RowRules;
import dev.graft.corpus.Source;
import dev.graft.corpus.Split;
import dev.graft.corpus.Splitter;
import dev.graft.jobs.Columns;
import dev.graft.jobs.augment.read.CorpusTables.Census;
import dev.graft.jobs.augment.schema.RunTables;
import dev.graft.jobs.augment.schema.SpanColumn;
import dev.graft.storage.Place;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * Reads a corpus: the user's columns, {@code id} and {@code split}. A row that can't be read, has no text or an
 * unknown label is set aside with the file and the offset that it stands at.
 */
public final class CorpusReader {
    /** What the names of columns begin with that are there for a while. */
    public static final String INTERNAL = RowRules.INTERNAL;

    public static final String FILE = INTERNAL + "file";
    public static final String OFFSET = INTERNAL + "offset";
    /** A number that tells the rows of a file apart. */
    public static final String ROW = INTERNAL + "row";

    public static final String RAW = INTERNAL + "raw";
    public static final String REASON = INTERNAL + "reason";
    /** What decides about the split of a row, null where that is not drawn. */
    public static final String GROUP = INTERNAL + "group";

    public static final String ID = "id";
    public static final String SPLIT = "split";

    private static final UserDefinedFunction POSITION =
            udf((UDF1<String, Double>) id -> id == null ? null : Splitter.position(id), DataTypes.DoubleType);
    private static final UserDefinedFunction FILE_NAME = udf(
            (UDF1<String, String>)
                    uri -> uri == null ? null : InputFiles.name(new org.apache.hadoop.fs.Path(new URI(uri))),
            DataTypes.StringType);

    private final SparkSession spark;
    private final Source source;
    private final int maxChars;
    private final List<String> notes = new ArrayList<>();

    /** Files whose rows all belong to one split, or to none yet. */
    record Part(InputFiles files, RowRules rules) {}

    public CorpusReader(SparkSession spark, Source source, int maxChars) {
        this.maxChars = maxChars;
        this.spark = spark;
        this.source = source;
    }

    /**
     * Reads the corpus. Files other than Parquet are parsed once and staged as Parquet: what follows looks at the rows more
     * than once.
     *
     * @throws InputException if a file can't be read, or a column that is used is not there or is no text
     */
    public CorpusTables read(Place staging) {
        try {
            return readAll(staging);
        } catch (Exception e) { // Spark throws checked exceptions that it does not declare.
            throw Unreadable.said(e);
        }
    }

    /** The rows as they stand in the files: those with a reason are of no use, and none is compared with another. */
    Dataset<Row> rows() {
        spark.conf().set("spark.sql.caseSensitive", true);
        return switch (source.format()) {
            case JSONL, TEXT, CSV, CONLL -> new LineRows(spark, source, parts()).read();
            case PARQUET -> parquet();
            case TABLE -> tables();
        };
    }

    private CorpusTables readAll(Place staging) {
        Dataset<Row> all = rows();
        Dataset<Row> staged = source.format() == Source.Format.PARQUET
                ? all.withColumn(ROW, col(OFFSET))
                : RunTables.write(
                        all.withColumn(ROW, coalesce(col(OFFSET), monotonically_increasing_id())), staging.at("_rows"));
        RepeatedRows repetitions = RepeatedRows.among(judgeLabels(staged).drop(GROUP), source, staging);
        noteTwoLabels(repetitions.twoLabels());
        if (repetitions.repeated() == 0 && repetitions.census().quarantine() == 0) {
            return corpus(repetitions.all(), repetitions.all().limit(0), repetitions::census);
        }
        Observation seen = new Observation();
        Column good = col(REASON).isNull();
        Dataset<Row> judged = repetitions.judged();
        return corpus(
                judged.where(good),
                CorpusTables.counted(judged, col(SPLIT), col(REASON), seen).where(not(good)),
                () -> CorpusTables.observed(seen));
    }

    private void noteTwoLabels(long texts) {
        if (texts > 0) {
            notes.add(texts + " texts of training rows have more than one label; they stay");
        }
    }

    private CorpusTables corpus(Dataset<Row> good, Dataset<Row> aside, Supplier<Census> census) {
        Column file = source.format() == Source.Format.PARQUET ? FILE_NAME.apply(col(FILE)) : col(FILE);
        return new CorpusTables(
                limited(good.drop(FILE, OFFSET, ROW, RAW, REASON)),
                aside.select(
                        file.as("file"),
                        col(OFFSET).as("offset"),
                        col(REASON).as("reason"),
                        coalesce(col(RAW), Columns.named(source.text())).as("row")),
                () -> source.limit() == 0 ? census.get() : census.get().limited(source.limit()),
                List.copyOf(notes));
    }

    private List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        for (Given each : given()) {
            parts.add(new Part(
                    InputFiles.of(spark.sparkContext().hadoopConfiguration(), each.key(), each.path()), each.rules()));
        }
        return parts;
    }

    /** A path or the name of a table, and the key that gives it. */
    private record Given(String key, String path, RowRules rules) {}

    private List<Given> given() {
        List<Given> all = new ArrayList<>();
        all.add(new Given("corpus.train", source.train(), rules(null)));
        source.validation().ifPresent(path -> all.add(new Given("corpus.validation", path, rules(Split.VALIDATION))));
        source.test().ifPresent(path -> all.add(new Given("corpus.test", path, rules(Split.TEST))));
        return all;
    }

    private RowRules rules(@Nullable Split part) {
        return new RowRules(source, part, maxChars);
    }

    private Dataset<Row> parquet() {
        TypedRows typed = new TypedRows(source);
        List<Dataset<Row>> tables = new ArrayList<>();
        TreeSet<String> left = new TreeSet<>();
        for (Part part : parts()) {
            for (ParquetFiles.Part files : ParquetFiles.read(spark, part.files())) {
                files.left().values().forEach(left::add);
                Column metadata = files.rows().metadataColumn("_metadata");
                tables.add(typed.judged(
                        files.file(),
                        files.rows(),
                        metadata.getField("file_path"),
                        metadata.getField("row_index"),
                        part.rules()));
            }
        }
        if (!left.isEmpty()) {
            notes.add("columns that Spark can't read are left out: " + String.join(", ", left));
        }
        return TypedRows.union(tables);
    }

    private Dataset<Row> tables() {
        TypedRows typed = new TypedRows(source);
        return TypedRows.union(given().stream()
                .map(each -> typed.judged(
                        each.path(),
                        spark.read().table(each.path()),
                        lit(each.path()),
                        lit(null).cast("long"),
                        each.rules()))
                .toList());
    }

    /**
     * A class is known if it is allowed by the settings or, where they name none, if a training row has it. Where the split is
     * drawn and all rows of a class would be held out, the group of them that stands last goes to training.
     */
    private Dataset<Row> judgeLabels(Dataset<Row> all) {
        if (source.classes().isEmpty()) {
            return all;
        }
        Column label = Columns.named(source.classes().get());
        List<Row> classes = all.where(col(REASON).isNull().and(label.isNotNull()))
                .groupBy(label.as("label"))
                .agg(
                        count_if(col(SPLIT).equalTo(Split.TRAIN.column())),
                        max(struct(POSITION.apply(col(GROUP)), col(GROUP))))
                .collectAsList();
        TreeSet<String> known = new TreeSet<>();
        TreeSet<String> moved = new TreeSet<>();
        int rescued = 0;
        for (Row each : classes) {
            String group = each.isNullAt(2) ? null : each.getStruct(2).getString(1);
            if (each.getLong(1) > 0) {
                known.add(each.getString(0));
            } else if (group != null) {
                known.add(each.getString(0));
                moved.add(group);
                rescued++;
            }
        }
        Dataset<Row> checked = all;
        if (!moved.isEmpty()) {
            notes.add("the split had left " + rescued + " of " + classes.size()
                    + " classes without a training row; a group of each was moved to training");
            UserDefinedFunction isMoved =
                    udf((UDF1<String, Boolean>) group -> group != null && moved.contains(group), DataTypes.BooleanType);
            checked = checked.withColumn(
                    SPLIT,
                    when(isMoved.apply(col(GROUP)), lit(Split.TRAIN.column())).otherwise(col(SPLIT)));
        }
        if (!source.labels().isEmpty() || known.size() == classes.size()) {
            return checked;
        }
        UserDefinedFunction isKnown = udf((UDF1<String, Boolean>) known::contains, DataTypes.BooleanType);
        return checked.withColumn(
                REASON,
                coalesce(
                        col(REASON),
                        when(
                                label.isNotNull().and(not(isKnown.apply(label))),
                                concat(lit("label \""), label, lit("\" is not one of the training rows")))));
    }

    /** {@code id}, text, label and spans; null where there are none. */
    static Column[] document(Source source) {
        return new Column[] {
            col(ID),
            Columns.named(source.text()),
            source.label().map(Columns::named).orElse(lit(null)).cast(DataTypes.StringType),
            source.spans().map(Columns::named).orElse(lit(null)).cast(SpanColumn.TYPE)
        };
    }

    /** Of the training rows as many as the source takes. */
    Dataset<Row> limited(Dataset<Row> rows) {
        if (source.limit() == 0) {
            return rows;
        }
        Dataset<Row> train = rows.where(col(SPLIT).equalTo("train"))
                .orderBy(POSITION.apply(col(ID)), col(ID))
                .limit(source.limit());
        return train.unionByName(rows.where(col(SPLIT).notEqual("train")));
    }
}
