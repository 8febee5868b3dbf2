// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Source;
import dev.graft.corpus.Splitter;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapred.TextInputFormat;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Files of lines as rows of JSON, each with its place, file:line. They are read by tasks; the driver lists the files. */
record TextLines(SparkSession spark, TuneSettings settings) {
    private static final StructType SCHEMA = new StructType()
            .add("part", DataTypes.StringType)
            .add("id", DataTypes.StringType)
            .add("copy", DataTypes.BooleanType)
            .add("json", DataTypes.StringType)
            .add("position", DataTypes.DoubleType);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Lines that are texts, split by the hash of what they say. */
    Dataset<Row> texts(String glob) throws IOException {
        return read(glob, "", settings.teaching().text(), 0);
    }

    /**
     * Lines that are JSON.
     *
     * @param part that all belong to; empty where the hash of the group, or a column, decides
     */
    Dataset<Row> rows(String glob, String part) throws IOException {
        Source.Format format = settings.recipe().corpus().format();
        return switch (format) {
            case JSONL ->
                read(
                        glob,
                        part,
                        "",
                        part.isEmpty() || part.equals("train")
                                ? settings.recipe().corpus().limit()
                                : 0);
            case TEXT ->
                read(
                        glob,
                        part,
                        settings.teaching().text(),
                        settings.recipe().corpus().limit());
            case CSV, PARQUET, CONLL, TABLE ->
                throw new InputException("corpus.format is " + format + "; allowed is jsonl or text where no augmenting"
                        + " stage reads the corpus: one without operators reads every format");
        };
    }

    private Dataset<Row> read(String glob, String part, String column, int limit) throws IOException {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Source corpus = settings.recipe().corpus();
        LineReader reader = new LineReader(part, column, corpus);
        JavaRDD<Row> all = context.emptyRDD();
        for (Path file : files(glob)) {
            String name = file.getName();
            all = all.union(context.hadoopFile(file.toString(), TextInputFormat.class, LongWritable.class, Text.class)
                    .map(line -> line._2().copyBytes())
                    .zipWithIndex()
                    .map(line -> reader.row(line._1(), name + ":" + (line._2() + 1)))
                    .filter(row -> row != null));
        }
        Dataset<Row> rows = spark.createDataFrame(all, SCHEMA);
        return (limit > 0
                        ? rows.orderBy(functions.col("position"), functions.col("id"))
                                .limit(limit)
                        : rows)
                .drop("position");
    }

    private List<Path> files(String glob) throws IOException {
        Path path = new Path(glob);
        FileSystem system = path.getFileSystem(spark.sparkContext().hadoopConfiguration());
        FileStatus[] found = system.globStatus(path);
        List<Path> files = new ArrayList<>();
        for (FileStatus each : found == null ? new FileStatus[0] : found) {
            for (FileStatus file : each.isDirectory() ? system.listStatus(each.getPath()) : new FileStatus[] {each}) {
                if (file.isFile() && !file.getPath().getName().matches("[._].*")) {
                    files.add(file.getPath());
                }
            }
        }
        if (files.isEmpty()) {
            throw new InputException("there is no file " + glob);
        }
        return files.stream().sorted().toList();
    }

    /**
     * What a task makes of a line.
     *
     * @param column of a line that is a text; empty where it is JSON
     * @param group column that rows are split by; empty for what they say
     */
    private record LineReader(String part, String column, Source corpus) implements Serializable {
        /** A blank line is none. */
        @Nullable
        Row row(byte[] line, String place) throws JsonProcessingException {
            String text;
            try {
                text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(line))
                        .toString();
            } catch (CharacterCodingException e) {
                return RowFactory.create("train", place, false, null, 0.0);
            }
            if (text.isBlank()) {
                return null;
            }
            String json = column.isEmpty() ? text : JSON.writeValueAsString(Map.of(column, text));
            JsonNode row;
            try {
                row = JSON.readTree(json);
            } catch (JsonProcessingException e) {
                row = JSON.createObjectNode(); // told when it is tokenised
            }
            return RowFactory.create(
                    part.isEmpty() ? TuneRows.split(corpus, row).column() : part,
                    place,
                    false,
                    json,
                    Splitter.position(TuneRows.key(corpus, row)));
        }
    }
}
