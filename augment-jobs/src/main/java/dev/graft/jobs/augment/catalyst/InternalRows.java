// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.catalyst;

import java.util.Arrays;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * A table as the rows that Spark itself works on, and back. No public interface of Spark does it: what is asked for here, and
 * the rows themselves, may differ in its next release.
 */
public final class InternalRows {
    private InternalRows() {}

    /** The rows of a table. Spark uses the memory of a row again for the next one. */
    public static JavaRDD<InternalRow> of(Dataset<Row> table) {
        return ((org.apache.spark.sql.classic.Dataset<Row>) table)
                .queryExecution()
                .toRdd()
                .toJavaRDD();
    }

    /** The values of a table whose columns are all of type long and never null. */
    public static JavaRDD<long[]> longs(Dataset<Row> table) {
        int columns = table.columns().length;
        return of(table).map(row -> {
            long[] values = new long[columns];
            Arrays.setAll(values, row::getLong);
            return values;
        });
    }

    public static Dataset<Row> table(SparkSession spark, JavaRDD<InternalRow> rows, StructType schema) {
        return ((org.apache.spark.sql.classic.SparkSession) spark).internalCreateDataFrame(rows.rdd(), schema, false);
    }
}
