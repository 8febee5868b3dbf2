// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.run.Recipe;
import dev.graft.storage.Place;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Reads a corpus that is not augmented yet. Trainings know only what an augmentation wrote; who knows files brings it. */
@FunctionalInterface
public interface CorpusRows {
    /**
     * What was read.
     *
     * @param rows in the columns of an augmented table, but for {@code augmentation}
     * @param documents how many can be used
     * @param bad how many can't
     * @param notes what is to be told: why rows were set aside, and what the reader saw
     */
    record Read(Dataset<Row> rows, long documents, long bad, List<String> notes) {
        public Read {
            notes = List.copyOf(notes);
        }
    }

    /** @param staging a folder for what is read on the way */
    Read read(SparkSession spark, Recipe recipe, Place staging);
}
