// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.augment.operator.Step;
import dev.graft.checkpoint.BaseModel;
import dev.graft.config.Settings;
import dev.graft.corpus.Source;
import dev.graft.jobs.Session;
import dev.graft.jobs.augment.Outcome.Fate;
import dev.graft.run.Counts;
import dev.graft.run.Manifest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * The two tables as they were written, with each copy accounted for.
 *
 * @param stayed rows of {@code augmented}, by operator (empty: originals) and split
 * @param lost rows of {@code rejected}, by operator, fate and reason
 */
record Accounts(
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
    static Accounts write(AugmentSettings settings, Judged judged, Path staging, Stopwatch watch) {
        Source source = settings.recipe().corpus();
        SparkSession spark = judged.spark();
        Path augmented = staging.resolve("augmented");
        Path rejected = staging.resolve("rejected");
        Tallies stayed = Tallies.by(List.of("split"), judged.stayingSchema(), spark);
        InternalRows.table(spark, stayed.counted(judged.staying()), judged.stayingSchema())
                .write()
                .options(parquet(source))
                .parquet(augmented.toUri().toString());
        Tallies lost = Tallies.by(List.of(Copies.FATE, Copies.REASON), judged.lostSchema(), spark);
        InternalRows.table(spark, lost.counted(judged.lost()), judged.lostSchema())
                .write()
                .options(parquet(source))
                .partitionBy(Copies.FATE, Copies.REASON)
                .parquet(rejected.toUri().toString());
        if (lost.all().isEmpty()) {
            spark.createDataFrame(List.of(), judged.lostSchema())
                    .write()
                    .mode("overwrite")
                    .parquet(rejected.toUri().toString());
        }
        if (source.format() == Source.Format.CONLL) {
            ConllFiles.write(Tables.read(spark, augmented), source, staging.resolve("conll"));
        }
        watch.lap("write");
        return new Accounts(settings, stayed.all(), lost.all(), spark);
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

    /**
     * What was run, and what became of all.
     *
     * @param documents rows by table, of what was read
     * @param failures messages of what went wrong
     * @throws IllegalStateException if copies are missing or too many
     */
    Manifest manifest(String fingerprint, Map<String, Long> documents, List<String> failures, Stopwatch watch) {
        Map<String, Long> rows = new LinkedHashMap<>(documents);
        rows.put("augmented", total(stayed).rows());
        rows.put("rejected", total(lost).rows());
        return new Manifest(
                fingerprint,
                Session.versions(spark),
                settings.recipe().seed(),
                models(settings),
                rows,
                counts(documents.getOrDefault("train", 0L)),
                watch.laps(),
                failures);
    }

    private static Map<String, String> models(AugmentSettings settings) {
        String model = settings.recipe().model();
        return settings.section().cheap()
                ? Map.of()
                : Map.of(model, BaseModel.load(model).sha256());
    }

    /** What became of each operator's copies. */
    private Map<String, Counts> counts(long inputs) {
        Map<String, Counts> counts = new LinkedHashMap<>();
        for (Step step : settings.section().steps()) {
            Map<String, Long> dropped = new HashMap<>();
            of(lost, step.name(), Settings.name(Fate.DROPPED))
                    .forEach((key, tally) -> dropped.put(key.get(2), tally.rows()));
            counts.put(
                    step.name(),
                    new Counts(
                            inputs,
                            step.copies(),
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
    Tally training(String operator) {
        return total(of(stayed, operator, "train"));
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
