// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.baseline;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Rows by their features, in the driver's memory.
 *
 * @param vectors of each row
 * @param rows texts, and what is learnt of each
 * @param scaled whether the penalty sees each feature by its deviation: dense ones it should, rare words not
 */
public record Features<T>(List<Vector> vectors, List<T> rows, boolean scaled) {
    /** So many rows and fewer are one partition, whose sum does not depend on which task ends first. */
    private static final int ROWS = 10_000;

    Features<T> where(Predicate<T> which) {
        int[] kept = IntStream.range(0, rows.size())
                .filter(row -> which.test(rows.get(row)))
                .toArray();
        return new Features<>(
                IntStream.of(kept).mapToObj(vectors::get).toList(),
                IntStream.of(kept).mapToObj(rows::get).toList(),
                scaled);
    }

    /**
     * As MLlib learns them.
     *
     * @param label the column of what is learnt
     * @param metadata of that column
     */
    public Dataset<Row> table(SparkSession spark, ToDoubleFunction<T> label, Metadata metadata) {
        StructType columns = new StructType(new StructField[] {
            new StructField("label", DataTypes.DoubleType, false, metadata),
            DataTypes.createStructField("features", SQLDataTypes.VectorType(), false)
        });
        List<Row> table = IntStream.range(0, rows.size())
                .mapToObj(row -> RowFactory.create(label.applyAsDouble(rows.get(row)), vectors.get(row)))
                .toList();
        return spark.createDataFrame(table, columns).coalesce(1 + (rows.size() - 1) / ROWS);
    }
}
