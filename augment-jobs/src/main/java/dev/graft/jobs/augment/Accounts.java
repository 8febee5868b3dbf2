// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.graft.augment.Step;
import dev.graft.config.Settings;
import dev.graft.jobs.augment.Outcome.Fate;
import dev.graft.run.Counts;
import dev.graft.run.Manifest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The two tables as they were written, with each copy accounted for. */
record Accounts(AugmentSettings settings, Dataset<Row> augmented, Dataset<Row> rejected) {
    /**
     * Counts the tables.
     *
     * @param documents rows by table, of what was read
     * @param failures messages of what went wrong
     * @throws IllegalStateException if copies are missing or too many
     */
    Manifest manifest(String fingerprint, Map<String, Long> documents, List<String> failures, Stopwatch watch) {
        List<Row> groups = groups();
        Map<String, Counts> counts = counts(documents.getOrDefault("train", 0L), groups);
        Map<String, Long> rows = new LinkedHashMap<>(documents);
        for (String table : List.of("augmented", "rejected")) {
            rows.put(
                    table,
                    groups.stream()
                            .filter(group -> group.getString(0).equals(table))
                            .mapToLong(group -> group.getLong(4))
                            .sum());
        }
        watch.lap("count");
        return new Manifest(
                fingerprint,
                Session.versions(augmented.sparkSession()),
                settings.recipe().seed(),
                Session.models(settings),
                rows,
                counts,
                watch.laps(),
                failures);
    }

    /** How many rows each table has of each operator (null: originals), fate and reason. */
    private List<Row> groups() {
        Column operator = col(Copies.AUGMENTATION).getField("operator").as("operator");
        Dataset<Row> kept = augmented
                .groupBy(lit("augmented"), operator, lit(Settings.name(Fate.KEPT)), lit("none"))
                .count();
        return kept.union(rejected.groupBy(lit("rejected"), operator, col(Copies.FATE), col(Copies.REASON))
                        .count())
                .collectAsList();
    }

    /** What became of each operator's copies. */
    private Map<String, Counts> counts(long inputs, List<Row> groups) {
        Map<String, Map<String, Map<String, Long>>> found = new HashMap<>();
        groups.stream()
                .filter(group -> !group.isNullAt(1))
                .forEach(group -> found.computeIfAbsent(group.getString(1), any -> new HashMap<>())
                        .computeIfAbsent(group.getString(2), any -> new HashMap<>())
                        .put(group.getString(3), group.getLong(4)));
        Map<String, Counts> counts = new LinkedHashMap<>();
        for (Step step : settings.section().steps()) {
            Map<String, Map<String, Long>> fates = found.getOrDefault(step.name(), Map.of());
            counts.put(
                    step.name(),
                    new Counts(
                            inputs,
                            step.copies(),
                            sum(fates, Fate.KEPT),
                            fates.getOrDefault(Settings.name(Fate.DROPPED), Map.of()),
                            sum(fates, Fate.UNCHANGED),
                            sum(fates, Fate.FAILED)));
        }
        return counts;
    }

    private static long sum(Map<String, Map<String, Long>> fates, Fate fate) {
        return fates.getOrDefault(Settings.name(fate), Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }
}
