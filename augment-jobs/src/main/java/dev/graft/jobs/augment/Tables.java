// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Parquet tables of a run; what was written is read back, so that nothing is computed twice. */
final class Tables {
    private Tables() {}

    static Dataset<Row> write(Dataset<Row> rows, Path folder) {
        String path = folder.toUri().toString();
        rows.write().parquet(path);
        return rows.sparkSession().read().schema(rows.schema()).parquet(path);
    }
}
