// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Spark as it was submitted; {@code local[*]} where nobody said where to run. */
final class Session {
    private Session() {}

    static SparkSession start(String name) {
        SparkConf conf = new SparkConf();
        if (!conf.contains("spark.master")) {
            conf.setMaster("local[*]").set("spark.ui.enabled", "false").set("spark.sql.shuffle.partitions", "8");
        }
        SparkSession spark = SparkSession.builder().config(conf).appName(name).getOrCreate();
        spark.sparkContext().setLogLevel("ERROR");
        return spark;
    }
}
