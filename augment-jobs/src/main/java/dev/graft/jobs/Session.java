// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs;

import dev.graft.corpus.InputException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Spark as it was submitted; {@code local[*]} where nobody said where to run. */
public final class Session {
    private Session() {}

    public static SparkSession start(String name) {
        SparkConf conf = new SparkConf();
        requireNoGpuInLocalMode(conf);
        // A damaged page of a table is told, and not read.
        conf.setIfMissing("spark.hadoop.parquet.page.verify-checksum.enabled", "true");
        if (!conf.contains("spark.master")) {
            conf.setMaster("local[*]").set("spark.ui.enabled", "false").set("spark.sql.shuffle.partitions", "8");
        }
        SparkSession spark = SparkSession.builder().config(conf).appName(name).getOrCreate();
        spark.sparkContext().setLogLevel("ERROR");
        return spark;
    }

    /** Spark waits for ever, without a word, for a GPU that local mode never has. */
    private static void requireNoGpuInLocalMode(SparkConf conf) {
        boolean asks = Stream.of(conf.getAll()).anyMatch(each -> each._1().matches("spark\\..*\\.resource\\.gpu\\..*"));
        if (asks && conf.get("spark.master", "local").startsWith("local")) {
            throw new InputException("spark.*.resource.gpu.* is set with the master "
                    + conf.get("spark.master", "local") + "; allowed is a cluster, or none of these keys");
        }
    }

    /** What ran, by name. */
    public static Map<String, String> versions(SparkSession spark) {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("graft", Launch.version());
        versions.put("spark", spark.version());
        versions.put("java", Runtime.version().toString());
        return versions;
    }
}
