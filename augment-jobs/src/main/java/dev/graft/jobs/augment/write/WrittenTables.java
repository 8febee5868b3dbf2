// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.write;

import dev.graft.augment.operator.Step;
import dev.graft.config.Settings;
import dev.graft.corpus.Source;
import dev.graft.jobs.Session;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.catalyst.CandidateTable;
import dev.graft.jobs.augment.catalyst.InternalRows;
import dev.graft.jobs.augment.catalyst.RowTallies;
import dev.graft.jobs.augment.catalyst.Tally;
import dev.graft.jobs.augment.read.ConllFiles;
import dev.graft.jobs.augment.schema.AugmentedSchema;
import dev.graft.jobs.augment.schema.RunTables;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.jobs.augment.setup.Stopwatch;
import dev.graft.run.Counts;
import dev.graft.run.Manifest;
import dev.graft.run.Provenance;
import dev.graft.storage.Extent;
import dev.graft.storage.Place;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * The two tables as they were written, with each copy accounted for.
 *
 * @param stayed rows of {@code augmented}, by operator (empty: originals) and split
 * @param lost rows of {@code rejected}, by operator, fate and reason
 */
public record WrittenTables(
        AugmentSettings settings, Map<List<String>, Tally> stayed, Map<List<String>, Tally> lost, SparkSession spark) {
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
    public static WrittenTables write(AugmentSettings settings, CandidateTable judged, Place staging, Stopwatch watch) {
        Source source = settings.recipe().corpus();
        SparkSession spark = judged.spark();
        Place augmented = staging.at("augmented");
        Place rejected = staging.at("rejected");
        RowTallies stayed = RowTallies.by(List.of("split"), judged.stayingSchema(), spark);
        InternalRows.table(spark, stayed.counted(judged.staying(Long.MAX_VALUE)), judged.stayingSchema())
                .write()
                .options(parquet(source))
                .parquet(augmented.uri());
        RowTallies lost =
                RowTallies.by(List.of(AugmentedSchema.FATE, AugmentedSchema.REASON), judged.lostSchema(), spark);
        InternalRows.table(spark, lost.counted(judged.lost()), judged.lostSchema())
                .write()
                .options(parquet(source))
                .partitionBy(AugmentedSchema.FATE, AugmentedSchema.REASON)
                .parquet(rejected.uri());
        if (lost.all().isEmpty()) {
            spark.createDataFrame(List.of(), judged.lostSchema())
                    .write()
                    .mode("overwrite")
                    .parquet(rejected.uri());
        }
        if (source.format() == Source.Format.CONLL) {
            ConllFiles.write(RunTables.read(spark, augmented), source, staging.at("conll"));
        }
        watch.lap("write");
        return new WrittenTables(settings, stayed.all(), lost.all(), spark);
    }

    private static Map<String, String> parquet(Source source) {
        Map<String, String> options = new HashMap<>();
        options.put(DICTIONARY + "id", "false");
        options.put(DICTIONARY + source.text(), "false");
        options.put(STATISTICS + source.text(), "false");
        for (String column : UNIQUE) {
            options.put(DICTIONARY + AugmentedSchema.AUGMENTATION + "." + column, "false");
            options.put(STATISTICS + AugmentedSchema.AUGMENTATION + "." + column, "false");
        }
        DETAILS.forEach(column -> options.put(STATISTICS + AugmentedSchema.AUGMENTATION + "." + column, "false"));
        return options;
    }

    /**
     * What was run, and what became of all.
     *
     * @param documents rows by table, of what was read
     * @param asked copies that were asked for, by operator
     * @param failures messages of what went wrong
     * @throws IllegalStateException if copies are missing or too many
     */
    public Manifest manifest(
            Provenance from,
            Map<String, Long> documents,
            Map<String, Long> asked,
            Map<String, Extent> tables,
            List<String> failures,
            Stopwatch watch) {
        Map<String, Long> rows = new LinkedHashMap<>(documents);
        rows.put("augmented", total(stayed).rows());
        rows.put("rejected", total(lost).rows());
        return new Manifest(
                from,
                Session.versions(spark),
                settings.recipe().seed(),
                UsedModels.of(settings),
                rows,
                tables,
                counts(documents.getOrDefault("train", 0L), asked),
                watch.laps(),
                Stream.of(
                                settings.notes().stream(),
                                abstentions(asked),
                                failures.stream().map(each -> "failed: " + each))
                        .flatMap(Function.identity())
                        .toList());
    }

    /** Operators that left texts alone for what these are. */
    private Stream<String> abstentions(Map<String, Long> asked) {
        return settings.section().steps().stream()
                .flatMap(step -> of(lost, step.name(), Settings.name(Fate.UNCHANGED)).entrySet().stream()
                        .filter(each -> !each.getKey().get(2).equals(AugmentedSchema.NO_REASON))
                        .map(each -> String.format(
                                Locale.ROOT,
                                "%s: %,d of %,d copies unchanged: %s",
                                step.name(),
                                each.getValue().rows(),
                                asked.getOrDefault(step.name(), 0L),
                                each.getKey().get(2))));
    }

    /** What became of each operator's copies. */
    private Map<String, Counts> counts(long inputs, Map<String, Long> asked) {
        Map<String, Counts> counts = new LinkedHashMap<>();
        for (Step step : settings.section().steps()) {
            Map<String, Long> dropped = new HashMap<>();
            of(lost, step.name(), Settings.name(Fate.DROPPED))
                    .forEach((key, tally) -> dropped.put(key.get(2), tally.rows()));
            counts.put(
                    step.name(),
                    new Counts(
                            inputs,
                            asked.getOrDefault(step.name(), 0L),
                            total(of(stayed, step.name())).rows(),
                            dropped,
                            total(of(lost, step.name(), Settings.name(Fate.UNCHANGED)))
                                    .rows(),
                            total(of(lost, step.name(), Settings.name(Fate.FAILED)))
                                    .rows()));
        }
        return counts;
    }

    /** The training rows that an operator made; of the empty name, the originals. */
    public Tally training(String operator) {
        return total(of(stayed, operator, "train"));
    }

    /** Whether a copy of any operator was dropped. */
    public boolean anyDropped() {
        return lost.keySet().stream().anyMatch(key -> key.get(1).equals(Settings.name(Fate.DROPPED)));
    }

    /** Those whose key begins so. */
    private static Map<List<String>, Tally> of(Map<List<String>, Tally> tallies, String... key) {
        Map<List<String>, Tally> some = new HashMap<>(tallies);
        some.keySet().removeIf(each -> !each.subList(0, key.length).equals(List.of(key)));
        return some;
    }

    private static Tally total(Map<List<String>, Tally> tallies) {
        return tallies.values().stream().collect(Tally::new, Tally::add, Tally::add);
    }
}
