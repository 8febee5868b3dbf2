// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.schema;

import dev.graft.corpus.Span;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A column of annotated spans. */
public final class SpanColumn {
    public static final StructType ELEMENT = new StructType()
            .add("start", DataTypes.IntegerType)
            .add("end", DataTypes.IntegerType)
            .add("label", DataTypes.StringType);
    public static final ArrayType TYPE = DataTypes.createArrayType(ELEMENT);

    private SpanColumn() {}

    public static Row[] rows(List<Span> spans) {
        return spans.stream()
                .map(span -> RowFactory.create(span.start(), span.end(), span.label()))
                .toArray(Row[]::new);
    }

    /** The spans of a row; none where the column is null. */
    public static List<Span> spans(Row row, int column) {
        List<Span> spans = new ArrayList<>();
        if (!row.isNullAt(column)) {
            row.<Row>getList(column)
                    .forEach(span -> spans.add(new Span(span.getInt(0), span.getInt(1), span.getString(2))));
        }
        return spans;
    }
}
