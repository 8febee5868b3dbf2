// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A test of jobs that train: one quiet Spark for its class. */
public abstract class OnLocalSpark {
    protected static SparkSession spark;

    @BeforeAll
    protected static void start() {
        spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.sql.shuffle.partitions", 2)
                .getOrCreate();
        spark.sparkContext().setLogLevel("OFF");
    }

    @AfterAll
    protected static void stop() {
        spark.stop();
    }
}
