// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.catalyst;

import dev.graft.jobs.augment.schema.AugmentedSchema;
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
 * @param staying these and the struct {@value AugmentedSchema#AUGMENTATION}
 * @param lost the same of the other rows, with {@value AugmentedSchema#FATE} and {@value AugmentedSchema#REASON}
 * @param sampled of the staying rows those of sources whose id has at most the given hash, perhaps some more
 */
public record JudgedRows(
        SparkSession spark,
        StructType documents,
        JavaRDD<InternalRow> staying,
        JavaRDD<InternalRow> lost,
        LongFunction<JavaRDD<InternalRow>> sampled) {

    /** The rows that stay, as a table. */
    public Dataset<Row> augmented() {
        return InternalRows.table(spark, staying, stayingSchema());
    }

    /** Those of sources whose id has at most the given hash, perhaps some more. */
    public Dataset<Row> sample(long greatest) {
        return InternalRows.table(spark, sampled.apply(greatest), stayingSchema());
    }

    public StructType stayingSchema() {
        return documents.add(AugmentedSchema.AUGMENTATION, AugmentedSchema.STRUCT);
    }

    public StructType lostSchema() {
        return stayingSchema()
                .add(AugmentedSchema.FATE, DataTypes.StringType)
                .add(AugmentedSchema.REASON, DataTypes.StringType);
    }
}
