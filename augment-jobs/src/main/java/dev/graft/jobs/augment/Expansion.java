// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.augment.Edit;
import dev.graft.config.Settings;
import dev.graft.corpus.Document;
import dev.graft.corpus.Span;
import dev.graft.jobs.augment.AugmentSettings.Work;
import dev.graft.jobs.augment.Copies.Kind;
import dev.graft.jobs.augment.Outcome.Fate;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks do: from a document to itself and its copies. Rows are in Spark's internal form, in which the user's columns
 * pass through as they are: to turn each into Java objects and back costs more than to make the copies.
 *
 * @param failures what went wrong, for the manifest
 * @param documents schema of the documents
 * @param text name of the column of the text
 * @param spans name of the column of annotated spans; empty where there is none
 * @param label name of the column of the class; empty where there is none
 */
record Expansion(
        CollectionAccumulator<String> failures,
        Work work,
        StructType documents,
        String text,
        String spans,
        String label)
        implements Serializable {
    private static final String ID = "id";
    private static final String SPLIT = "split";
    private static final UTF8String TRAIN = UTF8String.fromString("train");
    private static final Map<Fate, UTF8String> FATES = Stream.of(Fate.values())
            .collect(Collectors.toUnmodifiableMap(fate -> fate, fate -> UTF8String.fromString(Settings.name(fate))));
    /** Messages that a task, and the manifest, tells of. */
    static final int MOST_FAILURES = 20;

    /** Where the columns stand; -1 for one that there is not. */
    private record Columns(StructField[] fields, int id, int split, int text, int spans, int label) {}

    private Columns columns() {
        return new Columns(documents.fields(), index(ID), index(SPLIT), index(text), index(spans), index(label));
    }

    private int index(String name) {
        return name.isEmpty() ? -1 : documents.fieldIndex(name);
    }

    /** The columns that tell the text of a copy. */
    List<String> needed() {
        List<String> names = new ArrayList<>(List.of(ID, SPLIT, text, spans, label));
        names.removeIf(String::isEmpty);
        return names.stream().distinct().toList();
    }

    /** The documents with fewer columns. */
    Expansion of(StructType fewer) {
        return new Expansion(failures, work, fewer, text, spans, label);
    }

    /** Documents to rows with {@value Copies#ADDED} more columns: the document itself, and of a training row its copies. */
    FlatMapFunction<Iterator<InternalRow>, InternalRow> rows(LongAccumulator done) {
        return rows -> {
            Augmentation augmentation = Models.augmentation(work);
            Columns columns = columns();
            return flat(rows, row -> {
                done.add(1);
                return rows(augmentation, columns, row);
            });
        };
    }

    /** Documents to the hash and rank of each text that may stay. */
    Repeated.Keys keys() {
        return () -> {
            Augmentation augmentation = Models.augmentation(work);
            Columns columns = columns();
            return (row, sink) -> keys(augmentation, columns, row, sink);
        };
    }

    /** The rows of a document are used up before the next one is asked for: Spark reuses the memory of a row. */
    private static Iterator<InternalRow> flat(
            Iterator<InternalRow> documents, Function<InternalRow, List<InternalRow>> expand) {
        return new Iterator<>() {
            private Iterator<InternalRow> rows = Collections.emptyIterator();

            @Override
            public boolean hasNext() {
                while (!rows.hasNext() && documents.hasNext()) {
                    rows = expand.apply(documents.next()).iterator();
                }
                return rows.hasNext();
            }

            @Override
            public InternalRow next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return rows.next();
            }
        };
    }

    private static Document document(Columns columns, InternalRow row) {
        return new Document(
                row.getUTF8String(columns.id).toString(),
                row.getUTF8String(columns.text).toString(),
                columns.label < 0 || row.isNullAt(columns.label)
                        ? null
                        : row.getUTF8String(columns.label).toString(),
                columns.spans < 0 || row.isNullAt(columns.spans) ? List.of() : spans(row.getArray(columns.spans)));
    }

    private static List<Span> spans(ArrayData array) {
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < array.numElements(); i++) {
            InternalRow span = array.getStruct(i, SpanColumn.ELEMENT.size());
            spans.add(new Span(
                    span.getInt(0), span.getInt(1), span.getUTF8String(2).toString()));
        }
        return spans;
    }

    private static boolean isTraining(Columns columns, InternalRow row) {
        return row.getUTF8String(columns.split).equals(TRAIN);
    }

    private static void keys(Augmentation augmentation, Columns columns, InternalRow row, Repeated.Sink sink) {
        Document document = document(columns, row);
        boolean training = isTraining(columns, row);
        sink.accept(TextHash.of(row.getUTF8String(columns.text)), kind(training).rank(document.id()));
        if (training) {
            for (Outcome outcome : augmentation.outcomes(document)) {
                if (outcome.fate() == Fate.KEPT) {
                    sink.accept(outcome.hash(), outcome.rank());
                }
            }
        }
    }

    private static Kind kind(boolean training) {
        return training ? Kind.ORIGINAL : Kind.EVALUATION;
    }

    private List<InternalRow> rows(Augmentation augmentation, Columns columns, InternalRow row) {
        Document document = document(columns, row);
        boolean training = isTraining(columns, row);
        Object[] original = values(columns, row);
        int added = columns.fields.length;
        original[added + 1] = Copies.ORIGINAL_FATE;
        original[added + 3] = TextHash.of(row.getUTF8String(columns.text));
        original[added + 4] = kind(training).rank(document.id());
        List<Outcome> outcomes = training ? augmentation.outcomes(document) : List.of();
        List<InternalRow> rows = new ArrayList<>(1 + outcomes.size());
        rows.add(new GenericInternalRow(original));
        for (Outcome outcome : outcomes) {
            if (outcome.fate() == Fate.FAILED && failures.value().size() < MOST_FAILURES) {
                failures.add("document " + document.id() + ", " + outcome.operator() + ": " + outcome.message());
            }
            rows.add(copy(columns, original, outcome));
        }
        return rows;
    }

    private static @Nullable Object[] values(Columns columns, InternalRow row) {
        Object[] values = new Object[columns.fields.length + Copies.ADDED];
        for (int i = 0; i < columns.fields.length; i++) {
            values[i] = row.isNullAt(i) ? null : row.get(i, columns.fields[i].dataType());
        }
        return values;
    }

    private static InternalRow copy(Columns columns, @Nullable Object[] original, Outcome outcome) {
        @Nullable Object[] values = original.clone();
        values[columns.text] = UTF8String.fromString(outcome.text());
        values[columns.id] = UTF8String.fromString(outcome.id());
        if (columns.spans >= 0) {
            values[columns.spans] = array(outcome.spans(), Expansion::row);
        }
        int added = columns.fields.length;
        values[added] = row(
                original[columns.id],
                UTF8String.fromString(outcome.operator()),
                outcome.copy(),
                outcome.seed(),
                array(outcome.edits(), Expansion::row),
                outcome.intensity(),
                map(outcome.scores()));
        values[added + 1] = FATES.get(outcome.fate());
        values[added + 2] = outcome.reason().isEmpty() ? null : UTF8String.fromString(outcome.reason());
        values[added + 3] = outcome.hash();
        values[added + 4] = outcome.rank();
        return new GenericInternalRow(values);
    }

    private static InternalRow row(@Nullable Object... values) {
        return new GenericInternalRow(values);
    }

    private static InternalRow row(Edit edit) {
        return row(edit.start(), edit.end(), UTF8String.fromString(edit.replacement()));
    }

    private static InternalRow row(Span span) {
        return row(span.start(), span.end(), UTF8String.fromString(span.label()));
    }

    private static <T> ArrayData array(List<T> values, Function<T, InternalRow> row) {
        Object[] rows = new Object[values.size()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row.apply(values.get(i));
        }
        return new GenericArrayData(rows);
    }

    private static ArrayBasedMapData map(Map<String, Double> scores) {
        Object[] names = new Object[scores.size()];
        Object[] values = new Object[names.length];
        int at = 0;
        for (Map.Entry<String, Double> score : scores.entrySet()) {
            names[at] = UTF8String.fromString(score.getKey());
            values[at++] = score.getValue();
        }
        return new ArrayBasedMapData(new GenericArrayData(names), new GenericArrayData(values));
    }
}
