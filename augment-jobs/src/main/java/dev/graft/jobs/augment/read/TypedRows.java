// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import dev.graft.corpus.ConversationFormat;
import dev.graft.corpus.CorpusRow;
import dev.graft.corpus.InputException;
import dev.graft.corpus.LabelKind;
import dev.graft.corpus.RowRules;
import dev.graft.corpus.Source;
import dev.graft.jobs.Columns;
import dev.graft.jobs.augment.schema.SpanColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF6;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Rows of Parquet files and of tables, whose columns have types. */
final class TypedRows {
    private static final String JUDGED = CorpusReader.INTERNAL + "judged";
    private static final StructType VERDICT = new StructType()
            .add("reason", DataTypes.StringType)
            .add("id", DataTypes.StringType)
            .add("split", DataTypes.StringType)
            .add("group", DataTypes.StringType)
            .add("spans", SpanColumn.TYPE)
            .add("text", DataTypes.StringType);

    private final Source source;

    TypedRows(Source source) {
        this.source = source;
    }

    /**
     * The rows with the columns of {@link CorpusReader}.
     *
     * @param name of the file or table, for messages
     */
    Dataset<Row> judged(String name, Dataset<Row> given, Column file, Column offset, RowRules rules) {
        source.requireColumns(name, new TreeSet<>(Arrays.asList(given.columns())));
        Dataset<Row> placed = given.withColumn(CorpusReader.FILE, file).withColumn(CorpusReader.OFFSET, offset);
        Set<String> rest = new HashSet<>(Arrays.asList(given.columns()));
        rest.removeAll(source.replaced());
        Map<String, String> renamed = rules.renamed(name, rest);
        UserDefinedFunction judge = udf(judge(rules), VERDICT).asNondeterministic();
        List<Column> columns = new ArrayList<>();
        if (source.conversations().isEmpty()) {
            columns.add(text(name, given, source.text()).as(source.text()));
        }
        source.label().ifPresent(label -> columns.add(label(name, given, label).as(label)));
        for (String column : given.columns()) {
            if (rest.contains(column)) {
                columns.add(Columns.named(column).as(renamed.getOrDefault(column, column)));
            }
        }
        columns.add(col(CorpusReader.FILE));
        columns.add(col(CorpusReader.OFFSET));
        columns.add(judge.apply(
                        source.conversations()
                                .map(format -> conversation(given, format))
                                .orElseGet(() -> text(name, given, source.text())),
                        source.label()
                                .map(label -> label(name, given, label))
                                .orElse(lit(null).cast("string")),
                        optional(name, given, source.id()),
                        optional(name, given, source.group()),
                        optional(name, given, source.split()),
                        spans(name, given))
                .as(JUDGED));
        Dataset<Row> judged = placed.select(columns.toArray(Column[]::new))
                .withColumn(CorpusReader.RAW, lit(null).cast("string"))
                .withColumn(CorpusReader.REASON, col(JUDGED).getField("reason"))
                .withColumn(CorpusReader.ID, col(JUDGED).getField("id"))
                .withColumn(CorpusReader.SPLIT, col(JUDGED).getField("split"))
                .withColumn(CorpusReader.GROUP, col(JUDGED).getField("group"));
        if (source.conversations().isPresent()) {
            judged = judged.withColumn(source.text(), col(JUDGED).getField("text"));
        }
        if (source.spans().isPresent()) {
            judged = judged.withColumn(source.spans().get(), col(JUDGED).getField("spans"));
        }
        return judged.drop(JUDGED);
    }

    private static UDF6<String, String, String, String, String, String, Row> judge(RowRules rules) {
        return (text, label, id, group, split, spans) -> {
            boolean conversation = rules.source().conversations().isPresent();
            CorpusRow row = conversation
                    ? rules.judgeConversation(text, label, id, group, split)
                    : rules.judgeWithJson(text, label, id, group, split, spans);
            return RowFactory.create(
                    row.reason(),
                    row.id(),
                    row.split() == null ? null : row.split().column(),
                    row.group(),
                    SpanColumn.rows(row.spans()),
                    // What is wrong with a row can be seen in what was given.
                    conversation && row.reason() != null ? text : row.text());
        };
    }

    /** The columns of a conversation as a JSON object. */
    private static Column conversation(Dataset<Row> given, ConversationFormat format) {
        Set<String> there = new HashSet<>(Arrays.asList(given.columns()));
        return to_json(struct(format.columns().stream()
                .filter(there::contains)
                .map(Columns::named)
                .toArray(Column[]::new)));
    }

    /** As {@link #text}; a list of labels is the text of its JSON. */
    private Column label(String name, Dataset<Row> rows, String column) {
        return source.labelKind() == LabelKind.SEVERAL
                        && rows.schema().apply(column).dataType() instanceof ArrayType
                ? to_json(Columns.named(column))
                : text(name, rows, column);
    }

    private static Column optional(String name, Dataset<Row> rows, Optional<String> column) {
        return column.map(each -> text(name, rows, each)).orElse(lit(null).cast("string"));
    }

    /** A column that is used as text; a float that is not a number is nothing. */
    private static Column text(String name, Dataset<Row> rows, String column) {
        DataType type = rows.schema().apply(column).dataType();
        if (isNested(type) || type instanceof BinaryType) {
            throw new InputException(
                    name + ": the column " + column + " is " + type.simpleString() + "; allowed is text");
        }
        Column value = Columns.named(column);
        return type instanceof FloatType || type instanceof DoubleType
                ? when(isnan(value), lit(null)).otherwise(value.cast("string"))
                : value.cast("string");
    }

    private Column spans(String name, Dataset<Row> rows) {
        if (source.spans().isEmpty() || source.conversations().isPresent()) {
            return lit(null).cast("string");
        }
        DataType type = rows.schema().apply(source.spans().get()).dataType();
        Column value = Columns.named(source.spans().get());
        if (type instanceof ArrayType) {
            return to_json(value);
        }
        if (DataTypes.StringType.equals(type)) {
            return value;
        }
        throw new InputException(name + ": the column " + source.spans().get() + " is " + type.simpleString()
                + "; allowed is a list of spans, or its JSON as text");
    }

    private static boolean isNested(DataType type) {
        return type instanceof ArrayType || type instanceof StructType || type instanceof MapType;
    }

    /** All rows in one table. A column whose types differ becomes the wider number or, of other types, text. */
    static Dataset<Row> union(List<Dataset<Row>> tables) {
        Map<String, Set<String>> types = new TreeMap<>();
        Map<String, List<DataType>> all = new TreeMap<>();
        for (Dataset<Row> table : tables) {
            for (StructField field : table.schema().fields()) {
                types.computeIfAbsent(field.name(), any -> new TreeSet<>())
                        .add(field.dataType().catalogString());
                all.computeIfAbsent(field.name(), any -> new ArrayList<>()).add(field.dataType());
            }
        }
        @Nullable Dataset<Row> union = null;
        for (Dataset<Row> table : tables) {
            Column[] columns = Arrays.stream(table.schema().fields())
                    .map(field -> types.get(field.name()).size() == 1
                            ? Columns.named(field.name())
                            : wider(field, all.get(field.name())).as(field.name()))
                    .toArray(Column[]::new);
            Dataset<Row> same = table.select(columns);
            union = union == null ? same : union.unionByName(same, true);
        }
        return java.util.Objects.requireNonNull(union);
    }

    private static Column wider(StructField field, List<DataType> types) {
        Column value = Columns.named(field.name());
        if (types.stream().allMatch(type -> type instanceof NumericType && !(type instanceof DecimalType))) {
            boolean whole = types.stream().noneMatch(type -> type instanceof FloatType || type instanceof DoubleType);
            return value.cast(whole ? DataTypes.LongType : DataTypes.DoubleType);
        }
        return isNested(field.dataType()) ? to_json(value) : value.cast("string");
    }
}
