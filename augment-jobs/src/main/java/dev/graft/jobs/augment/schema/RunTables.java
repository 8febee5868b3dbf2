// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.schema;

import dev.graft.jobs.Storages;
import dev.graft.storage.Place;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Parquet tables of a run; what was written is read back, so that nothing is computed twice. */
public final class RunTables {
    private RunTables() {}

    public static Dataset<Row> write(Dataset<Row> rows, Place folder) {
        rows.write().parquet(folder.uri());
        return Storages.table(rows.sparkSession(), folder, rows.schema());
    }

    public static Dataset<Row> read(SparkSession spark, Place folder) {
        return Storages.table(spark, folder);
    }
}
