// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import java.util.function.LongFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Documents and copies of which it is known whether they stay.
 *
 * @param staying the documents' columns and the struct {@value Copies#AUGMENTATION}
 * @param lost the same of the other rows, with {@value Copies#FATE} and {@value Copies#REASON}
 * @param sampled of the staying rows those of sources whose id has at most the given hash
 */
record Judged(Dataset<Row> staying, Dataset<Row> lost, LongFunction<Dataset<Row>> sampled) {}
