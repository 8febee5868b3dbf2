// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;

import dev.graft.corpus.CorpusRow;
import dev.graft.corpus.RowParser;
import dev.graft.corpus.Source;
import dev.graft.jobs.Columns;
import dev.graft.jobs.augment.schema.SpanColumn;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.CollectionAccumulator;

/** Tables from files of lines: what {@link RowParser} makes of them, and the other columns with the types that all rows fit. */
final class LineRows {
    private static final String REST = CorpusReader.INTERNAL + "rest";
    private static final String CORRUPT = CorpusReader.INTERNAL + "corrupt";

    private final SparkSession spark;
    private final Source source;
    private final List<CorpusReader.Part> parts;

    LineRows(SparkSession spark, Source source, List<CorpusReader.Part> parts) {
        this.spark = spark;
        this.source = source;
        this.parts = List.copyOf(parts);
    }

    Dataset<Row> read() {
        StructType rest = switch (source.format()) {
            case JSONL -> inferred();
            case CSV -> ofHeaders();
            case TEXT, CONLL, PARQUET, TABLE -> new StructType();
        };
        Map<String, String> renamed = parts.get(0)
                .rules()
                .renamed(parts.get(0).files().given(), new HashSet<>(Arrays.asList(rest.fieldNames())));
        StructType kept = new StructType(Arrays.stream(rest.fields())
                .map(field -> DataTypes.createStructField(
                        renamed.getOrDefault(field.name(), field.name()), storable(field.dataType()), true))
                .toArray(StructField[]::new));
        StructType schema = schema();
        boolean label = source.label().isPresent();
        boolean spans = source.spans().isPresent();
        Dataset<Row> rows =
                spark.createDataFrame(rows(new ArrayList<>(), renamed).map(found -> row(found, label, spans)), schema);
        List<Column> columns = new ArrayList<>(List.of(Columns.named(source.text())));
        source.label().ifPresent(name -> columns.add(Columns.named(name)));
        source.spans().ifPresent(name -> columns.add(Columns.named(name)));
        for (StructField field : kept.fields()) {
            columns.add(col(REST).getField(field.name()).as(field.name()));
        }
        for (String name : List.of(
                CorpusReader.FILE,
                CorpusReader.OFFSET,
                CorpusReader.RAW,
                CorpusReader.REASON,
                CorpusReader.GROUP,
                CorpusReader.ID,
                CorpusReader.SPLIT)) {
            columns.add(col(name));
        }
        Dataset<Row> typed = kept.isEmpty()
                ? rows
                : rows.withColumn(REST, from_json(col(REST), kept, Map.of("columnNameOfCorruptRecord", CORRUPT)));
        return typed.select(columns.toArray(Column[]::new));
    }

    /** @param met gets what each part met */
    private JavaRDD<LineFiles.Found> rows(List<CollectionAccumulator<Set<String>>> met, Map<String, String> renamed) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        JavaRDD<LineFiles.Found> all = null;
        for (CorpusReader.Part part : parts) {
            CollectionAccumulator<Set<String>> names = spark.sparkContext().collectionAccumulator("columns");
            met.add(names);
            JavaRDD<LineFiles.Found> rows =
                    new LineFiles(context, part.files(), new RowParser(part.rules(), renamed), names).rows();
            all = all == null ? rows : all.union(rows);
        }
        return Objects.requireNonNull(all);
    }

    private StructType schema() {
        StructType schema = new StructType()
                .add(CorpusReader.FILE, DataTypes.StringType)
                .add(CorpusReader.OFFSET, DataTypes.LongType)
                .add(CorpusReader.RAW, DataTypes.StringType)
                .add(CorpusReader.REASON, DataTypes.StringType)
                .add(CorpusReader.GROUP, DataTypes.StringType)
                .add(CorpusReader.ID, DataTypes.StringType)
                .add(CorpusReader.SPLIT, DataTypes.StringType)
                .add(REST, DataTypes.StringType)
                .add(source.text(), DataTypes.StringType);
        if (source.label().isPresent()) {
            schema = schema.add(source.label().get(), DataTypes.StringType);
        }
        return source.spans().isPresent() ? schema.add(source.spans().get(), SpanColumn.TYPE) : schema;
    }

    private static Row row(LineFiles.Found found, boolean label, boolean spans) {
        CorpusRow row = found.row();
        List<Object> values = new ArrayList<>(Arrays.asList(
                found.file(),
                row.offset(),
                row.reason() == null ? null : row.raw(),
                row.reason(),
                row.group(),
                row.id(),
                row.split() == null ? null : row.split().column(),
                row.rest(),
                row.text()));
        if (label) {
            values.add(row.label());
        }
        if (spans) {
            values.add(SpanColumn.rows(row.spans()));
        }
        return RowFactory.create(values.toArray());
    }

    private StructType inferred() {
        List<CollectionAccumulator<Set<String>>> met = new ArrayList<>();
        Dataset<String> rest = spark.createDataset(
                rows(met, Map.of())
                        .map(found -> found.row().rest())
                        .filter(Objects::nonNull)
                        .rdd(),
                Encoders.STRING());
        StructType inferred = spark.read()
                .option("columnNameOfCorruptRecord", CORRUPT)
                .json(rest)
                .schema();
        for (int i = 0; i < parts.size(); i++) {
            Set<String> names = new TreeSet<>();
            met.get(i).value().forEach(names::addAll);
            source.requireColumns(parts.get(i).files().given(), names);
        }
        return new StructType(Arrays.stream(inferred.fields())
                .filter(field -> !field.name().equals(CORRUPT))
                .toArray(StructField[]::new));
    }

    private StructType ofHeaders() {
        Set<String> names = new TreeSet<>();
        for (CorpusReader.Part part : parts) {
            Set<String> ofPart = new TreeSet<>();
            for (FileStatus file : part.files().files()) {
                RowParser parser = new RowParser(part.rules(), Map.of());
                String name = InputFiles.name(file.getPath());
                try (InputStream in = InputFiles.open(spark.sparkContext().hadoopConfiguration(), file.getPath())) {
                    // The header is read with the first row.
                    parser.rows(name, in).limit(1).forEach(first -> {});
                } catch (IOException | UncheckedIOException e) {
                    throw InputFiles.unreadable(name, e);
                }
                ofPart.addAll(parser.met());
            }
            source.requireColumns(part.files().given(), ofPart);
            names.addAll(ofPart);
        }
        names.removeAll(source.replaced());
        StructType schema = new StructType();
        for (String name : names) {
            schema = schema.add(name, DataTypes.StringType);
        }
        return schema;
    }

    /** Fields of one struct whose names differ in their case can't be told apart in a table: they stay JSON. */
    private static DataType storable(DataType type) {
        if (type instanceof ArrayType array) {
            return DataTypes.createArrayType(storable(array.elementType()));
        }
        if (!(type instanceof StructType struct)) {
            return type;
        }
        Set<String> names = new HashSet<>();
        List<StructField> fields = new ArrayList<>();
        for (StructField field : struct.fields()) {
            if (field.name().isEmpty() || !names.add(field.name().toLowerCase(Locale.ROOT))) {
                return DataTypes.StringType;
            }
            fields.add(DataTypes.createStructField(field.name(), storable(field.dataType()), true));
        }
        return DataTypes.createStructType(fields);
    }
}
