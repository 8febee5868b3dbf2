// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.jobs.Storages;
import java.io.IOException;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;

/** A part of a Parquet table, read in its order by a task that has no Spark session. */
public final class PartitionFiles {
    private PartitionFiles() {}

    /** Takes rows one after the other. */
    @FunctionalInterface
    public interface Sink {
        void add(Group row) throws IOException;
    }

    /**
     * @param table its path
     * @param part value of the column {@code part}, by which the table is partitioned; one without rows is empty
     */
    public static void read(String table, String part, Sink sink) throws IOException {
        Configuration hadoop = Storages.hadoop();
        Path folder = new Path(table + "/part=" + part);
        FileSystem files = folder.getFileSystem(hadoop);
        FileStatus[] parts = files.exists(folder) ? files.listStatus(folder) : new FileStatus[0];
        Arrays.sort(parts);
        for (FileStatus each : parts) {
            if (!each.getPath().getName().endsWith(".parquet")) {
                continue;
            }
            try (ParquetReader<Group> reader = ParquetReader.builder(new GroupReadSupport(), each.getPath())
                    .withConf(hadoop)
                    .build()) {
                for (Group row = reader.read(); row != null; row = reader.read()) {
                    sink.add(row);
                }
            }
        }
    }
}
