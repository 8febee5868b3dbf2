// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.duplicates;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import dev.graft.filter.NGrams;
import java.util.Arrays;
import org.apache.spark.ml.feature.MinHashLSH;
import org.apache.spark.ml.feature.MinHashLSHModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;

/**
 * Pairs of similar texts: the Jaccard index of their runs of five chars, candidates by MinHash (Broder 1997) with Spark
 * MLlib's locality-sensitive hashing. A pair near the threshold may be missed.
 */
public final class MinHash {
    private static final int SHINGLE = 5;
    private static final int DIMENSION = 1 << 20;
    private static final int TABLES = 8;
    private static final long SEED = 7;
    private static final UserDefinedFunction SHINGLES =
            udf((UDF1<String, Vector>) MinHash::vector, SQLDataTypes.VectorType());

    private final Dataset<Row> vectors;
    private final MinHashLSHModel model;

    /**
     * @param rows {@code rank} (long, unique), {@code text} and {@code kind}
     */
    public MinHash(Dataset<Row> rows) {
        vectors = rows.withColumn("vector", SHINGLES.apply(col("text")));
        model = new MinHashLSH()
                .setInputCol("vector")
                .setOutputCol("hashes")
                .setNumHashTables(TABLES)
                .setSeed(SEED)
                .fit(vectors);
    }

    private static Vector vector(String text) {
        int[] indices = NGrams.characters(text, SHINGLE, DIMENSION);
        double[] ones = new double[indices.length];
        Arrays.fill(ones, 1);
        return Vectors.sparse(DIMENSION, indices, ones);
    }

    /** {@code other} and {@code rank} of rows of two kinds that are more similar than {@code max}. */
    public Dataset<Row> pairs(String others, String rows, double max) {
        return model.approxSimilarityJoin(vectors.where(others), vectors.where(rows), 1 - max, "distance")
                .select(col("datasetA.rank").as("other"), col("datasetB.rank").as("rank"))
                .where(col("other").notEqual(col("rank")));
    }
}
