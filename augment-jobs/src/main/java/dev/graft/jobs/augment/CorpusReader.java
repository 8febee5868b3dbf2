// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.md5;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.graft.corpus.Conll;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Source;
import dev.graft.corpus.Split;
import dev.graft.corpus.Splitter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;
import org.apache.hadoop.mapreduce.lib.input.TextInputFormat;
import org.apache.spark.api.java.JavaNewHadoopRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Reads a corpus: the user's columns, {@code id} and {@code split}. A row that can't be read, has no text or an
 * unknown label is set aside with the file and the offset that it stands at.
 */
final class CorpusReader {
    private static final String FILE = "_file";
    private static final String OFFSET = "_offset";
    /** A number that tells the rows of a file apart. */
    private static final String ROW = "_row";

    private static final String RAW = "_raw";
    private static final String REASON = "_reason";
    private static final String ID = "id";
    private static final String SPLIT = "split";

    private static final String DUPLICATE = "duplicate row";
    private static final String LEAK = "same text as a row of ";
    /** Set in the key of a text, not in that of an id. */
    private static final long TEXT_BIT = 1;

    private static final StructType AGAIN = new StructType()
            .add("_key", DataTypes.LongType)
            .add("_least", DataTypes.LongType)
            .add("_most", DataTypes.LongType);

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

    CorpusReader(SparkSession spark, Source source, int maxChars) {
        this.maxChars = maxChars;
        this.spark = spark;
        this.source = source;
    }

    /**
     * @param rows the user's columns, then {@code id} (string) and {@code split} (string)
     * @param quarantine {@code file}, {@code offset} (bytes for lines, rows for Parquet, null for CSV), {@code reason}
     *     and {@code row}, the row as text
     */
    record Corpus(Dataset<Row> rows, Dataset<Row> quarantine, Observation census, int limit) {
        /** How many rows there are of each split, in quarantine, and of these bad ones; known when the quarantine is written. */
        Map<String, Long> counted() {
            Map<String, Long> rows = new LinkedHashMap<>();
            Map<String, Object> seen = seen();
            for (String name : List.of("train", "validation", "test", "quarantine", "bad")) {
                rows.put(name, (Long) seen.getOrDefault(name, 0L));
            }
            if (limit > 0) {
                rows.computeIfPresent("train", (name, all) -> Math.min(all, limit));
            }
            return rows;
        }

        private Map<String, Object> seen() {
            try {
                return census.getAsJava();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the corpus was read", e);
            }
        }
    }

    /** Whether a quarantined row counts against {@code max-bad-rows}: a repeated row is nobody's mistake. */
    static Column isBad(Column reason) {
        return not(reason.equalTo(DUPLICATE).or(reason.startsWith(LEAK)));
    }

    /**
     * Reads the corpus. Files other than Parquet are parsed once and staged as Parquet: what follows looks at the rows more
     * than once.
     */
    Corpus read(Path staging) {
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
                : Tables.write(parsed.withColumn(ROW, monotonically_increasing_id()), staging.resolve("_rows"));
        Dataset<Row> judged = judgeRepetitions(judgeLabels(staged), staging);
        Observation census = new Observation();
        Column good = col(REASON).isNull();
        Dataset<Row> quarantine = judged.observe(
                        census,
                        number("train", good.and(col(SPLIT).equalTo("train"))),
                        number("validation", good.and(col(SPLIT).equalTo("validation"))),
                        number("test", good.and(col(SPLIT).equalTo("test"))),
                        number("quarantine", not(good)),
                        number("bad", not(good).and(isBad(col(REASON)))))
                .where(not(good))
                .select(
                        col(FILE).as("file"),
                        col(OFFSET).as("offset"),
                        col(REASON).as("reason"),
                        coalesce(col(RAW), col(source.text())).as("row"));
        Dataset<Row> rows = judged.where(good).drop(FILE, OFFSET, ROW, RAW, REASON);
        return new Corpus(limited(rows), quarantine, census, source.limit());
    }

    private static Column number(String name, Column which) {
        return count(when(which, 1)).as(name);
    }

    private Dataset<Row> part(String path, Optional<Split> split) {
        Dataset<Row> rows = switch (source.format()) {
            case JSONL -> jsonLines(path);
            case TEXT -> lines(path).withColumn(source.text(), col(RAW));
            case CSV -> csv(path);
            case PARQUET -> parquet(path);
            case CONLL -> conll(path);
        };
        requireColumns(path, rows.schema());
        if (source.spans().isPresent()) {
            String spans = source.spans().get();
            rows = rows.withColumn(
                            spans, transform(col(spans), CorpusReader::span).cast(Copies.SPANS))
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

    /**
     * Of rows with one id the first stays, and of evaluation and training rows with one text the evaluation row. Only
     * rows whose id or text occurs again, by a hash, are compared; mostly there are few.
     */
    private Dataset<Row> judgeRepetitions(Dataset<Row> all, Path staging) {
        Dataset<Row> good = all.where(col(REASON).isNull());
        Column idKey = xxhash64(col(ID)).bitwiseAND(~TEXT_BIT);
        Column textKey = xxhash64(col(source.text())).bitwiseOR(TEXT_BIT);
        boolean evaluates = source.hasEvaluation();
        Dataset<Row> told = evaluates
                ? good.select(
                        idKey, textKey, when(col(SPLIT).equalTo("train"), 0).otherwise(1))
                : good.select(idKey);
        JavaRDD<InternalRow> rows = InternalRows.of(told);
        Dataset<Row> again = spark.createDataFrame(
                        Repeated.of(rows, () -> (row, sink) -> keys(row, evaluates, sink), 0), AGAIN)
                .where(col("_key")
                        .bitwiseAND(TEXT_BIT)
                        .equalTo(0)
                        .or(col("_least").notEqual(col("_most"))))
                .select("_key")
                .persist(StorageLevel.MEMORY_AND_DISK());
        if (again.isEmpty()) {
            return all;
        }
        Column keys = array(idKey, textKey);
        Column evaluation = col(SPLIT).notEqual("train");
        Dataset<Row> suspects = good.select(
                        col(FILE),
                        col(OFFSET),
                        col(ROW),
                        col(ID),
                        col(SPLIT),
                        col(source.text()),
                        explode(keys).as("_key"))
                .join(again, ON_KEY, "left_semi")
                .drop("_key")
                .distinct();
        WindowSpec byId =
                Window.partitionBy(col(ID)).orderBy(when(evaluation, 0).otherwise(1), col(FILE), col(OFFSET), col(ROW));
        WindowSpec byText = Window.partitionBy(md5(col(source.text())));
        Dataset<Row> losers = suspects.withColumn("_occurrence", row_number().over(byId))
                .withColumn("_split", max(when(evaluation, col(SPLIT))).over(byText))
                .select(
                        col(FILE),
                        col(ROW),
                        coalesce(
                                        when(
                                                col("_occurrence").gt(1),
                                                lit(source.id().isPresent() ? "id occurs already" : DUPLICATE)),
                                        when(
                                                col(SPLIT)
                                                        .equalTo("train")
                                                        .and(col("_split").isNotNull()),
                                                concat(lit(LEAK), col("_split"))))
                                .as("_repetition"))
                .where(col("_repetition").isNotNull());
        return all.join(Tables.write(losers, staging.resolve("_repetitions")), ON_ROW, "left")
                .withColumn(REASON, coalesce(col(REASON), col("_repetition")))
                .drop("_repetition");
    }

    private static void keys(InternalRow row, boolean evaluates, Repeated.Sink sink) {
        int evaluated = evaluates ? row.getInt(2) : 0;
        sink.accept(row.getLong(0), evaluated);
        if (evaluates) {
            sink.accept(row.getLong(1), evaluated);
        }
    }

    private static final scala.collection.immutable.Seq<String> ON_ROW =
            CollectionConverters.asScala(List.of(FILE, ROW)).toList();
    private static final scala.collection.immutable.Seq<String> ON_KEY =
            CollectionConverters.asScala(List.of("_key")).toList();

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
        Dataset<Row> lines = lines(path);
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

    private Dataset<Row> conll(String path) {
        Dataset<Row> blocks = lines(path, "\n\n");
        StructType schema =
                blocks.schema().add(source.text(), DataTypes.StringType).add("spans", Copies.SPANS);
        return blocks.where(col(REASON).isNotNull().or(length(trim(col(RAW))).gt(0)))
                .map((MapFunction<Row, Row>) CorpusReader::parsed, Encoders.row(schema))
                .where(col(REASON).isNotNull().or(length(col(source.text())).gt(0)));
    }

    private static Row parsed(Row block) {
        try {
            Conll sentence = Conll.parse(block.getString(2));
            return RowFactory.create(
                    block.get(0),
                    block.get(1),
                    block.get(2),
                    block.get(3),
                    sentence.text(),
                    Copies.rows(sentence.spans()));
        } catch (InputException e) {
            return RowFactory.create(block.get(0), block.get(1), block.get(2), e.getMessage(), null, null);
        }
    }

    private Dataset<Row> lines(String path) {
        return lines(path, "\n");
    }

    /** Lines with the byte offset that they start at; one that is not UTF-8 has a reason. */
    private Dataset<Row> lines(String path, String delimiter) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Configuration hadoop = new Configuration(context.hadoopConfiguration());
        if (!delimiter.equals("\n")) {
            hadoop.set("textinputformat.record.delimiter", delimiter);
        }
        JavaNewHadoopRDD<LongWritable, Text> file = (JavaNewHadoopRDD<LongWritable, Text>)
                context.newAPIHadoopFile(path, TextInputFormat.class, LongWritable.class, Text.class, hadoop);
        JavaRDD<Row> rows = file.mapPartitionsWithInputSplit(
                (split, records) -> new LineRows(((FileSplit) split).getPath().toString(), records), true);
        StructType schema = new StructType()
                .add(FILE, DataTypes.StringType)
                .add(OFFSET, DataTypes.LongType)
                .add(RAW, DataTypes.StringType)
                .add(REASON, DataTypes.StringType);
        return spark.createDataFrame(rows, schema);
    }

    private record LineRows(String path, Iterator<Tuple2<LongWritable, Text>> records) implements Iterator<Row> {
        @Override
        public boolean hasNext() {
            return records.hasNext();
        }

        @Override
        public Row next() {
            Tuple2<LongWritable, Text> record = records.next();
            Text line = record._2();
            ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(), 0, line.getLength());
            long offset = record._1().get();
            try {
                String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
                return RowFactory.create(path, offset, text, null);
            } catch (CharacterCodingException e) {
                return RowFactory.create(path, offset, line.toString(), "not UTF-8");
            }
        }
    }

    private void requireColumns(String path, StructType schema) {
        List<String> names = List.of(schema.fieldNames());
        if (names.contains(Copies.AUGMENTATION)) {
            throw new InputException(path + " has a column " + Copies.AUGMENTATION
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
