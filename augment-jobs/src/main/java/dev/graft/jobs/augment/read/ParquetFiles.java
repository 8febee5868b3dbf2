// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import dev.graft.corpus.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.Type;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * Parquet files, whose parts may differ in their columns. A column that Spark has no type for is left out; times of nanoseconds
 * are whole numbers.
 */
final class ParquetFiles {
    private static final String NANOS = "spark.sql.legacy.parquet.nanosAsLong";

    private ParquetFiles() {}

    /**
     * Files of one schema.
     *
     * @param file one of them, for messages
     * @param left columns that can't be read, with their type
     */
    record Part(String file, Dataset<Row> rows, Map<String, String> left) {}

    /** @throws InputException if one of the files is no Parquet */
    static List<Part> read(SparkSession spark, InputFiles files) {
        spark.conf().set(NANOS, true);
        Map<String, List<Path>> bySchema = new LinkedHashMap<>();
        schemas(spark, files)
                .forEach(each -> bySchema.computeIfAbsent(each._2(), any -> new ArrayList<>())
                        .add(new Path(each._1())));
        List<Part> parts = new ArrayList<>();
        bySchema.forEach(
                (schema, paths) -> parts.add(part(spark, files, MessageTypeParser.parseMessageType(schema), paths)));
        return parts;
    }

    private static List<Tuple2<String, String>> schemas(SparkSession spark, InputFiles files) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        SerializableConfiguration hadoop = new SerializableConfiguration(context.hadoopConfiguration());
        List<String> paths =
                files.files().stream().map(file -> file.getPath().toString()).toList();
        return context.parallelize(paths, Math.min(paths.size(), 4 * context.defaultParallelism()))
                .map(path -> new Tuple2<>(path, schema(hadoop, new Path(path))))
                .collect();
    }

    private static String schema(SerializableConfiguration hadoop, Path path) {
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(path, hadoop.value()))) {
            return reader.getFooter().getFileMetaData().getSchema().toString();
        } catch (IOException | RuntimeException e) {
            String why = String.valueOf(e.getMessage());
            throw new InputException(InputFiles.name(path)
                    + (why.contains("is not a Parquet file")
                            ? " is not a Parquet file; allowed are Parquet files, and names that begin with _ or . are"
                                    + " left out"
                            : " can't be read: " + why));
        }
    }

    private static Part part(SparkSession spark, InputFiles files, MessageType schema, List<Path> paths) {
        SQLConf conf = new SQLConf();
        conf.setConfString(NANOS, "true");
        conf.setConfString("spark.sql.caseSensitive", "true");
        ParquetToSparkSchemaConverter converter = new ParquetToSparkSchemaConverter(conf);
        StructType readable = new StructType();
        Map<String, String> left = new TreeMap<>();
        for (Type field : schema.getFields()) {
            try {
                readable = readable.add(converter.convert(new MessageType(schema.getName(), field))
                        .fields()[0]);
            } catch (Exception e) { // Spark declares no AnalysisException, and throws it.
                if (!(e instanceof AnalysisException)) {
                    throw e;
                }
                left.put(field.getName(), field.toString());
            }
        }
        boolean partitioned = files.root() != null
                && paths.stream()
                        .anyMatch(path -> path.getParent()
                                .toString()
                                .substring(files.root().toString().length())
                                .contains("="));
        Dataset<Row> rows = (partitioned
                        ? spark.read().option("basePath", files.root().toString())
                        : spark.read())
                .schema(readable)
                .parquet(paths.stream().map(ParquetFiles::literal).toArray(String[]::new));
        return new Part(InputFiles.name(paths.get(0)), rows, left);
    }

    /** A path that Spark takes for a pattern, as one that matches itself. */
    private static String literal(Path path) {
        return path.toString().replaceAll("[{}\\[\\]*?\\\\]", "\\\\$0");
    }
}
