// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import dev.graft.corpus.Conll;
import dev.graft.corpus.Source;
import dev.graft.jobs.Columns;
import dev.graft.jobs.augment.schema.SpanColumn;
import dev.graft.storage.Place;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/** Token-labelled files of what was augmented. */
public final class ConllFiles {
    private ConllFiles() {}

    /** A document after the other by its id, with a blank line between. */
    public static void write(Dataset<Row> augmented, Source source, Place folder) {
        augmented
                .orderBy("id")
                .select(
                        Columns.named(source.text()),
                        Columns.named(source.spans().orElse("")))
                .map((MapFunction<Row, String>) ConllFiles::lines, Encoders.STRING())
                .write()
                .option("lineSep", "\n")
                .text(folder.uri());
    }

    private static String lines(Row row) {
        return new Conll(row.getString(0), SpanColumn.spans(row, 1)).lines();
    }
}
