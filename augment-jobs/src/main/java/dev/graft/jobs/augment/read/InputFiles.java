// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import dev.graft.corpus.InputException;
import dev.graft.corpus.Source;
import dev.graft.jobs.augment.setup.AugmentSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.ContentSummary;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** The files of a corpus before they are read. */
public final class InputFiles {
    private InputFiles() {}

    /**
     * Path, bytes and time of change of each input, so that a changed input is noticed.
     *
     * @throws InputException that names every path at which there is nothing
     */
    public static String describe(SparkSession spark, AugmentSettings settings) {
        Source source = settings.recipe().corpus();
        List<String> described = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        describe(spark, "corpus.train", Optional.of(source.train()), described, missing);
        describe(spark, "corpus.validation", source.validation(), described, missing);
        describe(spark, "corpus.test", source.test(), described, missing);
        for (String file : settings.files()) {
            describe(spark, "augment", Optional.of(file), described, missing);
        }
        if (!missing.isEmpty()) {
            throw new InputException(String.join("\n", missing));
        }
        return String.join(", ", described);
    }

    private static void describe(
            SparkSession spark, String key, Optional<String> given, List<String> described, List<String> missing) {
        if (given.isEmpty()) {
            return;
        }
        Path path = new Path(given.get());
        try {
            FileSystem files = path.getFileSystem(spark.sparkContext().hadoopConfiguration());
            FileStatus[] found = files.globStatus(path);
            if (found == null || found.length == 0) {
                missing.add(key + ": no such file or directory: " + given.get());
                return;
            }
            long bytes = 0;
            long changed = 0;
            for (FileStatus each : found) {
                ContentSummary summary = files.getContentSummary(each.getPath());
                bytes += summary.getLength();
                changed = Math.max(changed, each.getModificationTime());
            }
            described.add(
                    given.get() + " (" + bytes + " bytes, changed " + java.time.Instant.ofEpochMilli(changed) + ")");
        } catch (IOException e) {
            missing.add(key + ": can't read " + given.get() + ": " + e.getMessage());
        }
    }
}
