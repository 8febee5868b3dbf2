// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.trim;

import dev.graft.corpus.Conll;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Source;
import dev.graft.jobs.augment.schema.SpanColumn;
import dev.graft.storage.Place;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Token-labelled files, in and out. */
public final class ConllFiles {
    private ConllFiles() {}

    /** Documents with their text, under the name of its column, and {@code spans}. */
    public static Dataset<Row> read(SparkSession spark, String path, String text) {
        Dataset<Row> blocks = LineFiles.read(spark, path, "\n\n");
        StructType schema = blocks.schema().add(text, DataTypes.StringType).add("spans", SpanColumn.TYPE);
        return blocks.where(col(CorpusReader.REASON)
                        .isNotNull()
                        .or(length(trim(col(CorpusReader.RAW))).gt(0)))
                .map((MapFunction<Row, Row>) ConllFiles::parsed, Encoders.row(schema))
                .where(col(CorpusReader.REASON).isNotNull().or(length(col(text)).gt(0)));
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
                    SpanColumn.rows(sentence.spans()));
        } catch (InputException e) {
            return RowFactory.create(block.get(0), block.get(1), block.get(2), e.getMessage(), null, null);
        }
    }

    /** A document after the other by its id, with a blank line between. */
    public static void write(Dataset<Row> augmented, Source source, Place folder) {
        augmented
                .orderBy("id")
                .select(source.text(), source.spans().orElse(""))
                .map((MapFunction<Row, String>) ConllFiles::lines, Encoders.STRING())
                .write()
                .option("lineSep", "\n")
                .text(folder.uri());
    }

    private static String lines(Row row) {
        return new Conll(row.getString(0), SpanColumn.spans(row, 1)).lines();
    }
}
