// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs;

import dev.graft.corpus.InputException;
import java.io.EOFException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.parquet.io.ParquetDecodingException;
import org.jspecify.annotations.Nullable;

/** Tables of a run that a disk has not kept as they were written. */
public final class Damage {
    private Damage() {}

    /**
     * What is read of a table.
     *
     * @param table path, for the error
     * @throws InputException if the content of a file is not what was written
     */
    public static <T> T told(String table, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (Exception e) { // Spark throws checked exceptions that it does not declare.
            List<Throwable> chain = new ArrayList<>();
            for (@Nullable Throwable each = e; each != null && !chain.contains(each); each = each.getCause()) {
                chain.add(each);
            }
            for (Throwable each : chain) {
                if (each instanceof ChecksumException
                        || each instanceof ParquetDecodingException
                        || each instanceof EOFException) {
                    throw new InputException(table + " is damaged: "
                            + String.valueOf(each.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse(each.toString())
                            + "; augment --force makes it again");
                }
            }
            throw e;
        }
    }
}
