// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.checkpoint.BaseModel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
