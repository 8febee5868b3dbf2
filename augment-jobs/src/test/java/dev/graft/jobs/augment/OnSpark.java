// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test of jobs: one Spark for its class, a folder of its own for each test. */
public abstract class OnSpark {
    protected static SparkSession spark;

    @TempDir
    protected Path folder;

    protected Runs runs;

    @BeforeAll
    protected static void start() {
        spark = Runs.start();
    }

    @AfterAll
    protected static void stop() {
        spark.stop();
    }

    @BeforeEach
    protected void empty() {
        runs = new Runs(spark, folder);
    }
}
