// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import dev.graft.corpus.InputException;
import dev.graft.corpus.Source;
import dev.graft.corpus.Split;
import dev.graft.corpus.Splitter;
import dev.graft.jobs.augment.read.CorpusTables.Census;
import dev.graft.jobs.augment.schema.AugmentedSchema;
import dev.graft.jobs.augment.schema.RunTables;
import dev.graft.jobs.augment.schema.SpanColumn;
import dev.graft.storage.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Reads a corpus: the user's columns, {@code id} and {@code split}. A row that can't be read, has no text or an
 * unknown label is set aside with the file and the offset that it stands at.
 */
public final class CorpusReader {
    public static final String FILE = "_file";
    public static final String OFFSET = "_offset";
    /** A number that tells the rows of a file apart. */
    public static final String ROW = "_row";

    public static final String RAW = "_raw";
    public static final String REASON = "_reason";
    public static final String ID = "id";
    public static final String SPLIT = "split";

    private static final UserDefinedFunction CONTENT_ID = udf(
            (String text, String label) ->
                    text == null ? null : Splitter.contentId(label == null ? text : text + "\0" + label),
            DataTypes.StringType);
    private static final UserDefinedFunction OUT_OF_TEXT = udf(
            (String text, scala.collection.Seq<Row> spans) -> text != null
                    && spans != null
                    && CollectionConverters.asJava(spans).stream()
                            .anyMatch(span -> span == null
                                    || span.isNullAt(0)
                                    || span.isNullAt(1)
                                    || span.getInt(0) < 0
                                    || span.getInt(1) < span.getInt(0)
                                    || span.isNullAt(2)
                                    || span.getInt(1) > text.length()),
            DataTypes.BooleanType);
    private static final UserDefinedFunction POSITION = udf((String id) -> Splitter.position(id), DataTypes.DoubleType);

    private final SparkSession spark;
    private final Source source;
    private final int maxChars;

    public CorpusReader(SparkSession spark, Source source, int maxChars) {
        this.maxChars = maxChars;
        this.spark = spark;
        this.source = source;
    }

    /**
     * Reads the corpus. Files other than Parquet are parsed once and staged as Parquet: what follows looks at the rows more
     * than once.
     */
    public CorpusTables read(Place staging) {
        Dataset<Row> all = part(source.train(), Optional.empty());
        if (source.validation().isPresent()) {
            all = all.unionByName(part(source.validation().get(), Optional.of(Split.VALIDATION)), true);
        }
        if (source.test().isPresent()) {
            all = all.unionByName(part(source.test().get(), Optional.of(Split.TEST)), true);
        }
        Dataset<Row> parsed = all.withColumn(RAW, when(col(REASON).isNotNull(), col(RAW)));
        Dataset<Row> staged = source.format() == Source.Format.PARQUET
                ? parsed.withColumn(ROW, col(OFFSET))
                : RunTables.write(parsed.withColumn(ROW, monotonically_increasing_id()), staging.at("_rows"));
        RepeatedRows repetitions = RepeatedRows.among(judgeLabels(staged), source, staging);
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

    private CorpusTables corpus(Dataset<Row> good, Dataset<Row> aside, Supplier<Census> census) {
        return new CorpusTables(
                limited(good.drop(FILE, OFFSET, ROW, RAW, REASON)),
                aside.select(
                        col(FILE).as("file"),
                        col(OFFSET).as("offset"),
                        col(REASON).as("reason"),
                        coalesce(col(RAW), col(source.text())).as("row")),
                () -> source.limit() == 0 ? census.get() : census.get().limited(source.limit()));
    }

    private Dataset<Row> part(String path, Optional<Split> split) {
        Dataset<Row> rows = switch (source.format()) {
            case JSONL -> jsonLines(path);
            case TEXT -> LineFiles.read(spark, path, "\n").withColumn(source.text(), col(RAW));
            case CSV -> csv(path);
            case PARQUET -> parquet(path);
            case CONLL -> ConllFiles.read(spark, path, source.text());
        };
        requireColumns(path, rows.schema());
        if (source.spans().isPresent()) {
            String spans = source.spans().get();
            rows = rows.withColumn(
                            spans, transform(col(spans), CorpusReader::span).cast(SpanColumn.TYPE))
                    .withColumn(
                            REASON,
                            coalesce(
                                    col(REASON),
                                    when(
                                            OUT_OF_TEXT.apply(col(source.text()), col(spans)),
                                            lit("a span lies outside of the text or has no label"))));
        }
        Column text = col(source.text()).cast("string");
        Column label = source.label()
                .map(name -> col(name).cast("string"))
                .orElse(lit(null).cast("string"));
        Column id = source.id().map(name -> col(name).cast("string")).orElse(CONTENT_ID.apply(text, label));
        Dataset<Row> named = rows.withColumn(source.text(), text)
                .withColumn(
                        REASON,
                        coalesce(
                                col(REASON),
                                when(text.isNull(), lit("no text")),
                                when(trim(text).equalTo(""), lit("empty text")),
                                when(
                                        octet_length(text)
                                                .gt(maxChars)
                                                .and(length(text).gt(maxChars)),
                                        concat(
                                                lit("text has "),
                                                length(text),
                                                lit(" chars; max-chars is " + maxChars))),
                                source.id().isPresent() ? when(id.isNull(), lit("no id")) : lit(null)))
                .withColumn(ID, id);
        return named.withColumn(SPLIT, split.map(known -> lit(known.column())).orElseGet(this::splitColumn));
    }

    /** Parts by their name, in whatever order they stand. */
    private static Column span(Column span) {
        return struct(
                span.getField("start").cast("int").as("start"),
                span.getField("end").cast("int").as("end"),
                span.getField("label").cast("string").as("label"));
    }

    private Column splitColumn() {
        if (source.split().isPresent()) {
            return col(source.split().get()).cast("string");
        }
        Splitter splitter = source.splitter();
        if (splitter.trainsOnAll()) {
            return lit(Split.TRAIN.column());
        }
        UserDefinedFunction byHash = udf(
                (String group) -> group == null ? null : splitter.split(group).column(), DataTypes.StringType);
        return byHash.apply(
                coalesce(source.group().map(name -> col(name).cast("string")).orElse(col(ID)), col(ID)));
    }

    /** A label is known if it is allowed by the settings or, where they name none, if a training row has it. */
    private Dataset<Row> judgeLabels(Dataset<Row> all) {
        Dataset<Row> checked = all;
        if (source.split().isPresent()) {
            checked = checked.withColumn(
                    REASON,
                    coalesce(
                            col(REASON),
                            when(
                                    col(SPLIT)
                                            .isNull()
                                            .or(col(SPLIT)
                                                    .isin("train", "validation", "test")
                                                    .equalTo(false)),
                                    concat(lit("unknown split: "), coalesce(col(SPLIT), lit("null"))))));
        }
        if (source.label().isEmpty()) {
            return checked;
        }
        Column label = col(source.label().get()).cast("string");
        TreeSet<String> known = new TreeSet<>(source.labels());
        String where = "corpus.labels";
        if (known.isEmpty()) {
            where = "the training rows";
            known.addAll(checked.where(col(REASON)
                            .isNull()
                            .and(col(SPLIT).equalTo("train"))
                            .and(label.isNotNull()))
                    .select(label)
                    .distinct()
                    .as(Encoders.STRING())
                    .collectAsList());
        }
        UserDefinedFunction isKnown = udf((String given) -> known.contains(given), DataTypes.BooleanType);
        return checked.withColumn(source.label().get(), label)
                .withColumn(
                        REASON,
                        coalesce(
                                col(REASON),
                                when(
                                        label.isNotNull()
                                                .and(isKnown.apply(label).equalTo(false)),
                                        concat(lit("label \""), label, lit("\" is not one of " + where)))));
    }

    private Dataset<Row> limited(Dataset<Row> rows) {
        if (source.limit() == 0) {
            return rows;
        }
        Dataset<Row> train = rows.where(col(SPLIT).equalTo("train"))
                .orderBy(POSITION.apply(col(ID)), col(ID))
                .limit(source.limit());
        return train.unionByName(rows.where(col(SPLIT).notEqual("train")));
    }

    private Dataset<Row> jsonLines(String path) {
        Dataset<Row> lines = LineFiles.read(spark, path, "\n");
        StructType inferred = spark.read()
                .option("columnNameOfCorruptRecord", "_corrupt")
                .json(lines.where(col(REASON).isNull()).select(RAW).as(Encoders.STRING()))
                .schema();
        StructType fields = new StructType(Arrays.stream(inferred.fields())
                .filter(field -> !field.name().equals("_corrupt"))
                .toArray(StructField[]::new));
        StructType withCorrupt = fields.add("_corrupt", DataTypes.StringType);
        return lines.withColumn(
                        "_json",
                        from_json(
                                col(RAW),
                                withCorrupt,
                                Map.of("mode", "PERMISSIVE", "columnNameOfCorruptRecord", "_corrupt")))
                .withColumn(
                        REASON,
                        coalesce(
                                col(REASON),
                                when(
                                        col("_json")
                                                .isNull()
                                                .or(col("_json._corrupt").isNotNull()),
                                        lit("not a JSON object"))))
                .select(prepend(fields));
    }

    private static Column[] prepend(StructType fields) {
        List<Column> columns = new ArrayList<>();
        for (StructField field : fields.fields()) {
            columns.add(col("_json").getField(field.name()).as(field.name()));
        }
        columns.addAll(List.of(col(FILE), col(OFFSET), col(RAW), col(REASON)));
        return columns.toArray(Column[]::new);
    }

    private Dataset<Row> csv(String path) {
        StructType header = spark.read()
                .option("header", true)
                .option("multiLine", true)
                .csv(path)
                .schema();
        return spark.read()
                .schema(header.add("_corrupt", DataTypes.StringType))
                .option("header", true)
                .option("multiLine", true)
                .option("escape", "\"")
                .option("mode", "PERMISSIVE")
                .option("columnNameOfCorruptRecord", "_corrupt")
                .csv(path)
                .withColumn(FILE, col("_metadata.file_path"))
                .withColumn(OFFSET, lit(null).cast("long"))
                .withColumn(REASON, when(col("_corrupt").isNotNull(), lit("not a row of the header's columns")))
                .withColumnRenamed("_corrupt", RAW);
    }

    private Dataset<Row> parquet(String path) {
        return spark.read()
                .parquet(path)
                .select(
                        col("*"),
                        col("_metadata.file_path").as(FILE),
                        col("_metadata.row_index").as(OFFSET))
                .withColumn(RAW, lit(null).cast("string"))
                .withColumn(REASON, lit(null).cast("string"));
    }

    private void requireColumns(String path, StructType schema) {
        List<String> names = List.of(schema.fieldNames());
        if (names.contains(AugmentedSchema.AUGMENTATION)) {
            throw new InputException(path + " has a column " + AugmentedSchema.AUGMENTATION
                    + ", so it is augmented already; allowed are originals without that column");
        }
        List<String> missing = new ArrayList<>();
        List<String> wanted = new ArrayList<>(List.of(source.text()));
        source.label().ifPresent(wanted::add);
        source.id().ifPresent(wanted::add);
        source.spans().ifPresent(wanted::add);
        source.group().ifPresent(wanted::add);
        source.split().ifPresent(wanted::add);
        for (String name : wanted) {
            if (!names.contains(name)) {
                missing.add(name);
            }
        }
        if (!missing.isEmpty()) {
            List<String> own =
                    names.stream().filter(name -> !name.startsWith("_")).toList();
            throw new InputException(path + " has no column " + String.join(", ", missing) + "; it has "
                    + (own.isEmpty() ? "none (is it empty?)" : String.join(", ", own)));
        }
    }
}
