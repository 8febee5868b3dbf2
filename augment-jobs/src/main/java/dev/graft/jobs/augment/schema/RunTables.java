// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.schema;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Parquet tables of a run; what was written is read back, so that nothing is computed twice. */
public final class RunTables {
    private RunTables() {}

    public static Dataset<Row> write(Dataset<Row> rows, Path folder) {
        String path = folder.toUri().toString();
        rows.write().parquet(path);
        return rows.sparkSession().read().schema(rows.schema()).parquet(path);
    }

    public static Dataset<Row> read(SparkSession spark, Path folder) {
        return spark.read().parquet(folder.toUri().toString());
    }
}
