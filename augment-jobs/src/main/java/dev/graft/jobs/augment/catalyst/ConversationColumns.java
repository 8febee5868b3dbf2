// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.catalyst;

import dev.graft.corpus.Conversation.Shape;
import dev.graft.corpus.ConversationFormat;
import dev.graft.corpus.InputException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Where the turns of a conversation are stored in a row: so a copy has them in the user's own shape.
 *
 * @param columns indices of the columns: one list, or a text each, of which the first and the third may be missing (-1)
 * @param turn fields of an element of the list; without any where there is no list
 * @param content index of the field of what is said; -1 where there is no list
 */
public record ConversationColumns(int[] columns, StructType turn, int content) implements Serializable {
    /** @throws InputException if a column is of another type */
    static ConversationColumns of(StructType schema, ConversationFormat format) {
        List<String> names = Arrays.asList(schema.fieldNames());
        int[] columns = format.columns().stream().mapToInt(names::indexOf).toArray();
        if (format.shape() == Shape.ALPACA) {
            return new ConversationColumns(columns, new StructType(), -1);
        }
        StructField list = schema.fields()[columns[0]];
        if (list.dataType() instanceof ArrayType array
                && array.elementType() instanceof StructType turn
                && Arrays.asList(turn.fieldNames()).contains(format.contents())
                && turn.apply(format.contents()).dataType().equals(DataTypes.StringType)) {
            return new ConversationColumns(columns, turn, turn.fieldIndex(format.contents()));
        }
        throw new InputException(
                "the column " + list.name() + " is " + list.dataType().simpleString()
                        + ", taking all files together; allowed is a list of turns with a text each, in the same fields everywhere");
    }

    /**
     * Puts what is said in a copy into its row.
     *
     * @param values the columns of the document, of which those of the conversation are replaced
     * @param spans where the turns lie in {@code text}
     */
    void write(@Nullable Object[] values, UTF8String text, ArrayData spans) {
        String all = text.toString();
        if (content < 0) {
            int next = 0;
            for (int i = 0; i < columns.length; i++) {
                if (columns[i] >= 0 && isSaid(i, values[columns[i]])) {
                    values[columns[i]] = said(all, spans, next++);
                }
            }
            return;
        }
        ArrayData list = (ArrayData) Objects.requireNonNull(values[columns[0]]);
        Object[] turns = new Object[list.numElements()];
        for (int i = 0; i < turns.length; i++) {
            InternalRow before = list.getStruct(i, turn.size());
            @Nullable Object[] fields = new Object[turn.size()];
            for (int j = 0; j < fields.length; j++) {
                fields[j] = before.isNullAt(j) ? null : before.get(j, turn.fields()[j].dataType());
            }
            fields[content] = said(all, spans, i);
            turns[i] = new GenericInternalRow(fields);
        }
        values[columns[0]] = new GenericArrayData(turns);
    }

    /** As the reader has it: an input of white space is none. */
    private static boolean isSaid(int column, @Nullable Object value) {
        return value != null
                && (!ConversationFormat.ALPACA.get(column).equals("input")
                        || !value.toString().isBlank());
    }

    private static UTF8String said(String text, ArrayData spans, int turn) {
        InternalRow span = spans.getStruct(turn, 3);
        return UTF8String.fromString(text.substring(span.getInt(0), span.getInt(1)));
    }
}
