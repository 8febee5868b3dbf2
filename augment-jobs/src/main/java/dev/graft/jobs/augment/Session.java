// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.checkpoint.BaseModel;
import dev.graft.corpus.InputException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Spark as it was submitted; {@code local[*]} where nobody said where to run. */
final class Session {
    private Session() {}

    static SparkSession start(String name) {
        SparkConf conf = new SparkConf();
        requireNoGpuInLocalMode(conf);
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

    static Map<String, String> versions(SparkSession spark) {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put(
                "graft",
                Optional.ofNullable(Session.class.getPackage().getImplementationVersion())
                        .orElse("development"));
        versions.put("spark", spark.version());
        versions.put("java", Runtime.version().toString());
        return versions;
    }

    static Map<String, String> models(AugmentSettings settings) {
        return settings.section().cheap()
                ? Map.of()
                : Map.of(
                        settings.recipe().model(),
                        BaseModel.load(settings.recipe().model()).sha256());
    }
}
