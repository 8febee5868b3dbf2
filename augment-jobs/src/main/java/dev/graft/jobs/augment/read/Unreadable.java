// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import dev.graft.corpus.InputException;
import java.io.EOFException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.execution.datasources.SchemaColumnConvertNotSupportedException;
import org.jspecify.annotations.Nullable;

/** Which failures of Spark are the fault of what was read. */
final class Unreadable {
    private Unreadable() {}

    /** The failure in the words of its cause, where that is the input's fault; else as it was. */
    static RuntimeException said(Exception failure) {
        List<Throwable> chain = new ArrayList<>();
        for (@Nullable Throwable each = failure; each != null && !chain.contains(each); each = each.getCause()) {
            chain.add(each);
        }
        for (Throwable each : chain) {
            if (each instanceof InputException input) {
                return input;
            }
        }
        for (Throwable each : chain) {
            if (each instanceof ChecksumException
                    || each instanceof EOFException
                    || each instanceof ZipException
                    || each instanceof DataFormatException
                    || each instanceof ParquetDecodingException
                    || each instanceof SchemaColumnConvertNotSupportedException
                    || each instanceof AnalysisException) {
                return new InputException("the corpus can't be read: "
                        + String.valueOf(each.getMessage()).lines().findFirst().orElse(each.toString()));
            }
        }
        return failure instanceof RuntimeException unchecked
                ? unchecked
                : new IllegalStateException("the corpus was not read: " + failure.getMessage(), failure);
    }
}
