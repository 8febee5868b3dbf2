// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.write;

import dev.graft.corpus.InputException;
import dev.graft.jobs.augment.schema.RunTables;
import dev.graft.storage.Place;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * The augmented rows as a table of Spark's catalogue, where the configuration asks for one.
 *
 * @param name {@code output.table}, as Spark SQL names it
 */
public record RegisteredTable(SparkSession spark, String name) {
    /** @throws InputException if there is a table of that name, which is not to be lost */
    public void requireNew() {
        if (spark.catalog().tableExists(name)) {
            throw new InputException("output.table = " + name
                    + ": there is a table of that name; allowed is a new one, and --force replaces it");
        }
    }

    /** Replaces what the table holds by the rows of a finished run. */
    public void write(Place augmented) {
        RunTables.read(spark, augmented).write().mode(SaveMode.Overwrite).saveAsTable(name);
    }
}
