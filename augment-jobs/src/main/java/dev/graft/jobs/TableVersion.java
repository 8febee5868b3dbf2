// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs;

import dev.graft.storage.Content;
import dev.graft.storage.Sha256;
import dev.graft.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/** What a table of Spark's catalogue holds just now, to be known again. */
final class TableVersion {
    private TableVersion() {}

    /**
     * Iceberg's snapshot, Delta's version; of other tables the files with their sizes and times of change.
     *
     * @param table as Spark SQL names it
     */
    static Content of(SparkSession spark, String table) throws IOException {
        String version = switch (provider(spark, table)) {
            case "iceberg" ->
                "snapshot "
                        + spark.sql("SELECT snapshot_id FROM " + table + ".refs WHERE name = 'main'")
                                .collectAsList();
            case "delta" ->
                "version "
                        + spark.sql("DESCRIBE HISTORY " + table + " LIMIT 1")
                                .select("version")
                                .collectAsList();
            default -> "files " + files(spark, table);
        };
        return new Content(table, 0, 0, Sha256.of(version));
    }

    private static String provider(SparkSession spark, String table) {
        return spark
                .sql("DESCRIBE TABLE EXTENDED " + table)
                .where("col_name = 'Provider'")
                .select("data_type")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0).toLowerCase(Locale.ROOT))
                .findFirst()
                .orElse("");
    }

    private static List<String> files(SparkSession spark, String table) throws IOException {
        List<String> files = new ArrayList<>();
        for (String uri :
                Arrays.stream(spark.read().table(table).inputFiles()).sorted().toList()) {
            Storage storage = Storages.of(spark, uri);
            storage.entry(uri).ifPresent(file -> files.add(uri + " " + file.bytes() + " " + file.changed()));
        }
        return files;
    }
}
