// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.corpus.Document;
import dev.graft.corpus.Span;
import dev.graft.jobs.augment.AugmentSettings.Work;
import dev.graft.jobs.augment.Outcome.Fate;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * What the tasks do: from documents to blocks of themselves and what became of their copies. Rows are in Spark's internal form,
 * in which the user's columns pass through as they are: to turn each into Java objects and back costs more than to make the
 * copies.
 *
 * @param failures what went wrong, for the manifest
 * @param done counts the documents
 * @param columns where the document stands in a row
 */
record Expansion(CollectionAccumulator<String> failures, LongAccumulator done, Work work, Columns columns)
        implements FlatMapFunction<Iterator<InternalRow>, byte[]> {
    private static final UTF8String TRAIN = UTF8String.fromString("train");
    /** Messages that a task, and the manifest, tells of. */
    static final int MOST_FAILURES = 20;

    /**
     * Where a document stands in a row.
     *
     * @param text index of the column
     * @param spans index of the column of annotated spans; -1 where there is none
     * @param label index of the column of the class; -1 where there is none
     */
    record Columns(StructType schema, int id, int split, int text, int spans, int label) implements Serializable {
        /**
         * @param spans name of the column; empty where there is none
         * @param label name of the column; empty where there is none
         */
        static Columns of(StructType schema, String text, String spans, String label) {
            return new Columns(
                    schema,
                    schema.fieldIndex("id"),
                    schema.fieldIndex("split"),
                    schema.fieldIndex(text),
                    spans.isEmpty() ? -1 : schema.fieldIndex(spans),
                    label.isEmpty() ? -1 : schema.fieldIndex(label));
        }

        private Document document(InternalRow row) {
            return new Document(
                    row.getUTF8String(id).toString(),
                    row.getUTF8String(text).toString(),
                    label < 0 || row.isNullAt(label)
                            ? null
                            : row.getUTF8String(label).toString(),
                    spans < 0 || row.isNullAt(spans) ? List.of() : spans(row.getArray(spans)));
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
    }

    @Override
    public Iterator<byte[]> call(Iterator<InternalRow> rows) {
        Augmentation augmentation = Models.augmentation(work);
        UnsafeProjection bytes = UnsafeProjection.create(columns.schema);
        Block.Writer block = new Block.Writer();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                while (!block.isFull() && rows.hasNext()) {
                    InternalRow row = rows.next();
                    add(augmentation, row instanceof UnsafeRow unsafe ? unsafe : bytes.apply(row), block);
                    done.add(1);
                }
                return !block.isEmpty();
            }

            @Override
            public byte[] next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return block.take();
            }
        };
    }

    private void add(Augmentation augmentation, UnsafeRow row, Block.Writer block) {
        Document document = columns.document(row);
        boolean training = row.getUTF8String(columns.split).equals(TRAIN);
        List<Outcome> outcomes = training ? augmentation.outcomes(document) : List.of();
        for (Outcome outcome : outcomes) {
            if (outcome.fate() == Fate.FAILED && failures.value().size() < MOST_FAILURES) {
                failures.add("document " + document.id() + ", " + outcome.operator() + ": " + outcome.message());
            }
        }
        Kind kind = training ? Kind.ORIGINAL : Kind.EVALUATION;
        block.add(row, row.getUTF8String(columns.id), row.getUTF8String(columns.text), kind, outcomes);
    }
}
