// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.catalyst;

import dev.graft.corpus.Document;
import dev.graft.corpus.Source;
import dev.graft.corpus.Span;
import dev.graft.jobs.augment.schema.SpanColumn;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Where a document stands in a row.
 *
 * @param text index of the column
 * @param spans index of the column of annotated spans; -1 where there is none
 * @param label index of the column of the class; -1 where there is none
 * @param conversation where the turns are stored; null where the documents are no conversations
 */
public record DocumentColumns(
        StructType schema,
        int id,
        int split,
        int text,
        int spans,
        int label,
        @Nullable ConversationColumns conversation)
        implements Serializable {
    private static final UTF8String TRAIN = UTF8String.fromString("train");

    public static DocumentColumns of(StructType schema, Source source) {
        String spans = source.spans().orElse("");
        String label = source.label().orElse("");
        return new DocumentColumns(
                schema,
                schema.fieldIndex("id"),
                schema.fieldIndex("split"),
                schema.fieldIndex(source.text()),
                spans.isEmpty() ? -1 : schema.fieldIndex(spans),
                label.isEmpty() ? -1 : schema.fieldIndex(label),
                source.conversations()
                        .map(format -> ConversationColumns.of(schema, format))
                        .orElse(null));
    }

    public boolean isTraining(InternalRow row) {
        return row.getUTF8String(split).equals(TRAIN);
    }

    public Document document(InternalRow row) {
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
