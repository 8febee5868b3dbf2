// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;
import org.apache.hadoop.mapreduce.lib.input.TextInputFormat;
import org.apache.spark.api.java.JavaNewHadoopRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/** Files of lines, or of other stretches that end with a delimiter. */
public final class LineFiles {
    private static final StructType SCHEMA = new StructType()
            .add(CorpusReader.FILE, DataTypes.StringType)
            .add(CorpusReader.OFFSET, DataTypes.LongType)
            .add(CorpusReader.RAW, DataTypes.StringType)
            .add(CorpusReader.REASON, DataTypes.StringType);

    private LineFiles() {}

    /** Stretches with the byte offset that they start at; one that is not UTF-8 has a reason. */
    public static Dataset<Row> read(SparkSession spark, String path, String delimiter) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Configuration hadoop = new Configuration(context.hadoopConfiguration());
        if (!delimiter.equals("\n")) {
            hadoop.set("textinputformat.record.delimiter", delimiter);
        }
        JavaNewHadoopRDD<LongWritable, Text> file = (JavaNewHadoopRDD<LongWritable, Text>)
                context.newAPIHadoopFile(path, TextInputFormat.class, LongWritable.class, Text.class, hadoop);
        JavaRDD<Row> rows = file.mapPartitionsWithInputSplit(
                (split, records) -> new LineRows(((FileSplit) split).getPath().toString(), records), true);
        return spark.createDataFrame(rows, SCHEMA);
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
}
