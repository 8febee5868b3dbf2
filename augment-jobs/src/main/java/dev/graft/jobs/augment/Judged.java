// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import java.util.function.LongFunction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Documents and copies of which it is known whether they stay.
 *
 * @param documents the documents' columns
 * @param staying these and the struct {@value Copies#AUGMENTATION}
 * @param lost the same of the other rows, with {@value Copies#FATE} and {@value Copies#REASON}
 * @param sampled of the staying rows those of sources whose id has at most the given hash, perhaps some more
 */
record Judged(
        SparkSession spark,
        StructType documents,
        JavaRDD<InternalRow> staying,
        JavaRDD<InternalRow> lost,
        LongFunction<JavaRDD<InternalRow>> sampled) {

    /** The rows that stay, as a table. */
    Dataset<Row> augmented() {
        return InternalRows.table(spark, staying, stayingSchema());
    }

    /** Those of sources whose id has at most the given hash, perhaps some more. */
    Dataset<Row> sample(long greatest) {
        return InternalRows.table(spark, sampled.apply(greatest), stayingSchema());
    }

    StructType stayingSchema() {
        return documents.add(Copies.AUGMENTATION, Copies.SCHEMA);
    }

    StructType lostSchema() {
        return stayingSchema().add(Copies.FATE, DataTypes.StringType).add(Copies.REASON, DataTypes.StringType);
    }
}
