// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import dev.graft.augment.Step;
import dev.graft.config.Settings;
import dev.graft.corpus.Source;
import dev.graft.jobs.augment.Outcome.Fate;
import dev.graft.report.Survey;
import dev.graft.run.Counts;
import dev.graft.run.Manifest;
import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * The two tables as they were written, with each copy accounted for.
 *
 * @param stayed rows of {@code augmented}, counted: operator (null: originals), whether they are training rows, bin of the
 *     intensity (null: originals), number, number of those with a similarity, sum of these
 * @param lost rows of {@code rejected}, counted: operator, fate, reason, number
 */
record Accounts(AugmentSettings settings, List<Row> stayed, List<Row> lost, SparkSession spark) {
    private static final String SIMILARITY = "similarity";

    /** Hardly a value of these occurs twice, and nobody looks for a range of them: to try costs a tenth of the writing. */
    private static final List<String> UNIQUE = List.of("source_id", "seed");

    /** Of these nobody looks for a range either. */
    private static final List<String> DETAILS = List.of(
            "edits.list.element.start",
            "edits.list.element.end",
            "edits.list.element.replacement",
            "scores.key_value.key",
            "scores.key_value.value");

    private static final String DICTIONARY = "parquet.enable.dictionary#";
    private static final String STATISTICS = "parquet.column.statistics.enabled#";

    /**
     * Writes {@code augmented}, {@code rejected} and, of a CoNLL corpus, {@code conll}, and counts what was written.
     */
    static Accounts write(AugmentSettings settings, Judged judged, Path staging, Stopwatch watch) {
        Source source = settings.recipe().corpus();
        SparkSession spark = judged.staying().sparkSession();
        Path augmented = staging.resolve("augmented");
        Path rejected = staging.resolve("rejected");
        judged.staying()
                .write()
                .options(parquet(source))
                .parquet(augmented.toUri().toString());
        judged.lost()
                .write()
                .partitionBy(Copies.FATE, Copies.REASON)
                .parquet(rejected.toUri().toString());
        if (isEmpty(rejected)) {
            judged.lost()
                    .limit(0)
                    .write()
                    .mode("overwrite")
                    .parquet(rejected.toUri().toString());
        }
        if (source.format() == Source.Format.CONLL) {
            ConllFiles.write(Tables.read(spark, augmented), source, staging.resolve("conll"));
        }
        watch.lap("write");
        Accounts accounts = new Accounts(
                settings, stayed(Tables.read(spark, augmented)), lost(Tables.read(spark, rejected)), spark);
        watch.lap("count");
        return accounts;
    }

    private static Map<String, String> parquet(Source source) {
        Map<String, String> options = new HashMap<>();
        options.put(DICTIONARY + "id", "false");
        options.put(DICTIONARY + source.text(), "false");
        options.put(STATISTICS + source.text(), "false");
        for (String column : UNIQUE) {
            options.put(DICTIONARY + Copies.AUGMENTATION + "." + column, "false");
            options.put(STATISTICS + Copies.AUGMENTATION + "." + column, "false");
        }
        DETAILS.forEach(column -> options.put(STATISTICS + Copies.AUGMENTATION + "." + column, "false"));
        return options;
    }

    /** Whether a table of partitions has none: it could not be read, as no file tells its columns. */
    private static boolean isEmpty(Path table) {
        String[] folders = table.toFile().list((File folder, String name) -> name.startsWith(Copies.FATE + "="));
        return folders == null || folders.length == 0;
    }

    private static List<Row> stayed(Dataset<Row> augmented) {
        Column augmentation = col(Copies.AUGMENTATION);
        return augmented
                .select(
                        augmentation.getField("operator").as("operator"),
                        col("split").equalTo("train").as("training"),
                        least(floor(augmentation.getField("intensity").multiply(Survey.BINS)), lit(Survey.BINS - 1L))
                                .as("bin"),
                        augmentation.getField("scores").getItem(SIMILARITY).as(SIMILARITY))
                .groupBy("operator", "training", "bin")
                .agg(count(lit(1)), count(SIMILARITY), sum(SIMILARITY))
                .collectAsList();
    }

    private static List<Row> lost(Dataset<Row> rejected) {
        return rejected.groupBy(
                        col(Copies.AUGMENTATION).getField("operator").as("operator"),
                        col(Copies.FATE),
                        col(Copies.REASON))
                .count()
                .collectAsList();
    }

    /**
     * What was run, and what became of all.
     *
     * @param documents rows by table, of what was read
     * @param failures messages of what went wrong
     * @throws IllegalStateException if copies are missing or too many
     */
    Manifest manifest(String fingerprint, Map<String, Long> documents, List<String> failures, Stopwatch watch) {
        Map<String, Long> rows = new LinkedHashMap<>(documents);
        rows.put("augmented", total(stayed, 3));
        rows.put("rejected", total(lost, 3));
        return new Manifest(
                fingerprint,
                Session.versions(spark),
                settings.recipe().seed(),
                Session.models(settings),
                rows,
                counts(documents.getOrDefault("train", 0L)),
                watch.laps(),
                failures);
    }

    /** What became of each operator's copies. */
    private Map<String, Counts> counts(long inputs) {
        Map<String, Counts> counts = new LinkedHashMap<>();
        for (Step step : settings.section().steps()) {
            Map<String, Long> dropped = new HashMap<>();
            of(lost, step.name(), Fate.DROPPED).forEach(row -> dropped.put(row.getString(2), row.getLong(3)));
            counts.put(
                    step.name(),
                    new Counts(
                            inputs,
                            step.copies(),
                            total(of(stayed, step.name()), 3),
                            dropped,
                            total(of(lost, step.name(), Fate.UNCHANGED), 3),
                            total(of(lost, step.name(), Fate.FAILED), 3)));
        }
        return counts;
    }

    /** The training rows that an operator made, or the originals. */
    Tally tally(Optional<String> operator) {
        return Tally.of(of(stayed, operator.orElse(null)).stream()
                .filter(row -> row.getBoolean(1))
                .toList());
    }

    private static List<Row> of(List<Row> rows, @Nullable String operator) {
        return rows.stream().filter(row -> Objects.equals(row.get(0), operator)).toList();
    }

    private static List<Row> of(List<Row> rows, String operator, Fate fate) {
        return of(rows, operator).stream()
                .filter(row -> row.getString(1).equals(Settings.name(fate)))
                .toList();
    }

    private static long total(List<Row> rows, int column) {
        return rows.stream().mapToLong(row -> row.getLong(column)).sum();
    }

    /**
     * Training rows of an operator, or of the originals.
     *
     * @param similarity the mean; null where no row has one
     * @param intensity rows by bin
     */
    record Tally(long rows, @Nullable Double similarity, List<Long> intensity) {
        private static Tally of(List<Row> bins) {
            long[] intensity = new long[Survey.BINS];
            double sum = 0;
            for (Row bin : bins) {
                sum += bin.isNullAt(5) ? 0 : bin.getDouble(5);
                if (!bin.isNullAt(2)) {
                    intensity[(int) bin.getLong(2)] = bin.getLong(3);
                }
            }
            long scored = total(bins, 4);
            // The order of the sum is not the same every time: only as many digits are told as do not depend on it.
            Double mean = scored == 0 ? null : Math.round(1e4 * sum / scored) / 1e4;
            return new Tally(
                    total(bins, 3), mean, LongStream.of(intensity).boxed().toList());
        }
    }
}
