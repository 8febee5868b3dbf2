// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs;

import dev.graft.corpus.InputException;
import dev.graft.run.Recipe;
import dev.graft.run.TemporaryFolder;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Spark as it was submitted; {@code local[*]} where nobody said where to run. */
public final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private Session() {}

    /** For a command that writes nothing. */
    public static SparkSession start(String name) {
        return start(new SparkConf(), name);
    }

    /** For a run: what a killed one leaves behind lies where the next one clears it. */
    public static SparkSession start(String step, Recipe recipe) {
        SparkConf conf = new SparkConf();
        Storage storage = Storages.of(recipe.out());
        if (storage instanceof LocalStorage) {
            keepBelow(recipe.directory(storage).temporary(), conf);
        }
        return start(conf, "graft " + step + " " + recipe.name());
    }

    /** Spark, its codecs and Java itself take their folder from these; where a cluster gives Spark folders, they stay. */
    private static void keepBelow(TemporaryFolder folder, SparkConf conf) {
        String path = folder.place().storage().absolute(folder.place().path());
        System.setProperty("java.io.tmpdir", path);
        System.setProperty("org.xerial.snappy.tempdir", path);
        if (conf.get("spark.master", "local").startsWith("local") && System.getenv("SPARK_LOCAL_DIRS") == null) {
            conf.setIfMissing("spark.local.dir", path);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                folder.delete();
            } catch (IOException | UncheckedIOException e) {
                LOG.debug("{} stays for the next run to clear: {}", path, e.toString());
            }
        }));
    }

    private static SparkSession start(SparkConf conf, String name) {
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
