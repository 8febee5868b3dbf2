// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.xxhash64;

import dev.graft.augment.Copies;
import dev.graft.augment.Edit;
import dev.graft.augment.operator.Step;
import dev.graft.config.Settings;
import dev.graft.corpus.Source;
import dev.graft.jobs.Columns;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.jobs.augment.catalyst.CandidateTable;
import dev.graft.jobs.augment.catalyst.Tally;
import dev.graft.jobs.augment.schema.AugmentedSchema;
import dev.graft.jobs.augment.schema.RunTables;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.jobs.augment.setup.Stopwatch;
import dev.graft.jobs.augment.write.WrittenTables;
import dev.graft.report.Diversity;
import dev.graft.report.Report;
import dev.graft.report.Sample;
import dev.graft.report.Survey;
import dev.graft.run.Counts;
import dev.graft.run.Manifest;
import dev.graft.run.RunDirectory;
import dev.graft.storage.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** What the augmented rows look like, and the page that tells of it. */
record AugmentReport(AugmentSettings settings, Survey survey, Place staging) {
    /** Stands for the operator of a row that is no copy. */
    private static final String ORIGINAL = "";

    /** Code points that are read of a text: what is collected is bounded, however long the texts are. */
    private static final int LONGEST = 2000;

    /** Surveys the augmented rows: all by their accounts, some by their text. */
    static AugmentReport of(
            AugmentSettings settings, WrittenTables accounts, CandidateTable judged, Place staging, Stopwatch watch) {
        Survey survey = survey(settings, accounts, judged, staging);
        watch.lap("survey");
        return new AugmentReport(settings, survey, staging);
    }

    /** Writes {@value Survey#FILE} and {@value Report#FILE} beside the staged tables. */
    void write(Manifest manifest) {
        try {
            survey.write(staging);
            new Report(
                            settings.recipe().name(),
                            Instant.now(),
                            facts(manifest),
                            files(),
                            manifest,
                            survey,
                            List.of(),
                            List.of(),
                            List.of())
                    .write(staging.at(Report.FILE));
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the report in " + staging + ": " + e, e);
        }
    }

    private static Survey survey(
            AugmentSettings settings, WrittenTables accounts, CandidateTable judged, Place staging) {
        Source corpus = settings.recipe().corpus();
        Map<String, Tally> tallies = new LinkedHashMap<>();
        tallies.put(ORIGINAL, accounts.training(ORIGINAL));
        for (Step step : settings.section().steps()) {
            tallies.put(step.name(), accounts.training(step.name()));
        }
        Map<String, List<Row>> looked = sample(corpus, judged, tallies);
        Map<String, List<Row>> dropped = accounts.anyDropped() ? dropped(corpus, judged, staging) : Map.of();
        Map<String, List<Row>> shown = new HashMap<>(looked);
        dropped.forEach((operator, rows) -> shown.put(operator + " dropped", rows));
        Map<String, String> sources = sources(corpus.text(), judged.augmented(Long.MAX_VALUE), shown);
        List<Sample> others = new ArrayList<>();
        List<Survey.Kept> operators = new ArrayList<>();
        List<Sample> samples = new ArrayList<>();
        for (Step step : settings.section().steps()) {
            Tally tally = Objects.requireNonNull(tallies.get(step.name()));
            List<Row> copies = looked.getOrDefault(step.name(), List.of());
            operators.add(new Survey.Kept(
                    step.name(), tally.rows(), tally.intensity(), tally.similarity(), diversity(copies)));
            copies.stream()
                    .filter(copy -> sources.containsKey(copy.<String>getAs("source")))
                    .map(copy -> sample(copy, sources))
                    .filter(sample -> !sample.edits().isEmpty())
                    .limit(Survey.SAMPLES)
                    .forEach(samples::add);
            leastSimilar(samples, step.name()).ifPresent(others::add);
            dropped.getOrDefault(step.name(), List.of()).stream()
                    .filter(copy -> sources.containsKey(copy.<String>getAs("source")))
                    .map(copy -> sample(copy, sources).because("dropped: " + copy.getAs("reason")))
                    .filter(sample -> !sample.edits().isEmpty())
                    .limit(Survey.DROPPED)
                    .forEach(others::add);
        }
        return new Survey(
                diversity(looked.getOrDefault(ORIGINAL, List.of())),
                operators,
                classes(settings, judged, staging),
                Sample.together(Sample.spread(samples, Survey.SAMPLES), others));
    }

    /** The kept copy that is nearest to being dropped, where similarity is asked for. */
    private static Optional<Sample> leastSimilar(List<Sample> samples, String operator) {
        return samples.stream()
                .filter(sample ->
                        sample.operator().equals(operator) && sample.scores().containsKey("similarity"))
                .min(Comparator.comparing(
                        sample -> Objects.requireNonNull(sample.scores().get("similarity"))))
                .map(sample -> sample.because("the least similar that was kept, of those looked at"));
    }

    /** Some dropped copies of each operator, of each reason in turn; documents that fell out have none of their own. */
    private static Map<String, List<Row>> dropped(Source corpus, CandidateTable judged, Place staging) {
        Column augmentation = col(AugmentedSchema.AUGMENTATION);
        List<Row> some = RunTables.read(judged.spark(), staging.at("rejected"))
                .where(col(AugmentedSchema.FATE)
                        .equalTo(Settings.name(Fate.DROPPED))
                        .and(augmentation.isNotNull()))
                .select(
                        operator(),
                        augmentation.getField("source_id").as("source"),
                        col("id"),
                        substring(Columns.named(corpus.text()), 1, LONGEST).as("text"),
                        label(corpus),
                        edits(augmentation),
                        augmentation.getField("scores").as("scores"),
                        col(AugmentedSchema.REASON).as("reason"))
                .orderBy(xxhash64(col("id")), col("id"))
                .limit(Survey.TEXTS)
                .collectAsList();
        Map<String, Integer> rounds = new HashMap<>();
        Map<Row, Integer> turns = new HashMap<>();
        some.forEach(row ->
                turns.put(row, rounds.merge(row.getAs("operator") + " " + row.getAs("reason"), 1, Integer::sum)));
        return some.stream()
                .sorted(Comparator.comparing(row -> Objects.requireNonNull(turns.get(row))))
                .collect(Collectors.groupingBy(row -> row.<String>getAs("operator")));
    }

    private static Column label(Source corpus) {
        return corpus.label()
                .map(label -> Columns.named(label).cast("string"))
                .orElse(lit(null))
                .as("label");
    }

    private static Column edits(Column augmentation) {
        return filter(
                        augmentation.getField("edits"),
                        edit -> edit.getField("end").leq(LONGEST))
                .as("edits");
    }

    /** Where an operator makes copies by class. */
    private static List<Survey.OfClass> classes(AugmentSettings settings, CandidateTable judged, Place staging) {
        if (!settings.section().needsClasses()) {
            return List.of();
        }
        Column isCopy = col(AugmentedSchema.AUGMENTATION).isNotNull();
        return RunTables.read(judged.spark(), staging.at("augmented"))
                .where(col("split").equalTo("train"))
                .groupBy(Columns.named(settings.recipe().corpus().label().orElseThrow())
                        .as("label"))
                .agg(count_if(not(isCopy)), count_if(isCopy))
                .orderBy("label")
                .collectAsList()
                .stream()
                .map(row -> new Survey.OfClass(row.getString(0), row.getLong(1), row.getLong(2)))
                .toList();
    }

    /** The texts that the copies to be shown were made of: mostly looked at already, else fetched by their ids. */
    private static Map<String, String> sources(String text, Dataset<Row> rows, Map<String, List<Row>> looked) {
        Map<String, String> sources = new HashMap<>();
        looked.getOrDefault(ORIGINAL, List.of()).forEach(row -> sources.put(row.getAs("source"), row.getAs("text")));
        Set<String> missing = new TreeSet<>();
        looked.values()
                .forEach(copies -> copies.stream()
                        .limit(Survey.SAMPLES)
                        .map(copy -> copy.<String>getAs("source"))
                        .filter(source -> !sources.containsKey(source))
                        .forEach(missing::add));
        if (!missing.isEmpty()) {
            rows.where(col(AugmentedSchema.AUGMENTATION).isNull().and(col("id").isin(missing.toArray())))
                    .select(col("id"), substring(Columns.named(text), 1, LONGEST))
                    .collectAsList()
                    .forEach(row -> sources.put(row.getString(0), row.getString(1)));
        }
        return sources;
    }

    private static Column operator() {
        return coalesce(col(AugmentedSchema.AUGMENTATION).getField("operator"), lit(ORIGINAL))
                .as("operator");
    }

    /**
     * The rows of each operator, and of the originals, whose sources' ids hash lowest, in this order: all look at the same
     * sources, and at all copies of a source. How low is told beforehand from the number of the rows, so that nothing is
     * sorted or sent that is not wanted; twice as many as wanted are expected below.
     */
    private static Map<String, List<Row>> sample(Source corpus, CandidateTable judged, Map<String, Tally> tallies) {
        Column augmentation = col(AugmentedSchema.AUGMENTATION);
        Column wanted = lit(false);
        long greatest = Long.MIN_VALUE;
        for (Map.Entry<String, Tally> each : tallies.entrySet()) {
            if (each.getValue().rows() > 0) {
                long limit = limit(2.0 * Survey.TEXTS, each.getValue().rows());
                greatest = Math.max(greatest, limit);
                wanted = wanted.or(
                        col("operator").equalTo(each.getKey()).and(col("hash").leq(limit)));
            }
        }
        Map<String, List<Row>> looked = new HashMap<>();
        judged
                .augmented(greatest)
                .where(col("split").equalTo("train"))
                .select(
                        operator(),
                        coalesce(augmentation.getField("source_id"), col("id")).as("source"),
                        col("id"),
                        substring(Columns.named(corpus.text()), 1, LONGEST).as("text"),
                        label(corpus),
                        edits(augmentation),
                        augmentation.getField("scores").as("scores"))
                .withColumn("hash", xxhash64(col("source")))
                .where(wanted)
                .collectAsList()
                .stream()
                .sorted(Comparator.<Row>comparingLong(row -> row.getAs("hash"))
                        .thenComparing(row -> row.<String>getAs("id")))
                .forEach(row -> looked.computeIfAbsent(row.getAs("operator"), any -> new ArrayList<>())
                        .add(row));
        looked.replaceAll((operator, all) -> all.subList(0, Math.min(Survey.TEXTS, all.size())));
        return looked;
    }

    /** What so many hashes of all are expected not to be above. */
    private static long limit(double some, long all) {
        return some >= all ? Long.MAX_VALUE : (long) ((2 * some / all - 1) * Long.MAX_VALUE);
    }

    private static @Nullable Diversity diversity(List<Row> rows) {
        return rows.isEmpty()
                ? null
                : Diversity.of(
                        rows.stream().map(row -> row.<String>getAs("text")).toList());
    }

    private static Sample sample(Row copy, Map<String, String> sources) {
        String source = copy.getAs("source");
        List<Edit> edits = copy.<Row>getList(copy.fieldIndex("edits")).stream()
                .map(edit -> new Edit(edit.getInt(0), edit.getInt(1), edit.getString(2)))
                .toList();
        return Sample.kept(
                copy.getAs("operator"),
                source,
                copy.getAs("label"),
                sources.getOrDefault(source, ""),
                edits,
                copy.getJavaMap(copy.fieldIndex("scores")));
    }

    private Map<String, String> facts(Manifest manifest) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Corpus", settings.recipe().corpus().train());
        facts.put(
                "Rows",
                "%,d training, %,d with copies"
                        .formatted(
                                manifest.rows().getOrDefault("train", 0L),
                                manifest.rows().getOrDefault("train", 0L)
                                        + manifest.operators().values().stream()
                                                .mapToLong(Counts::kept)
                                                .sum()));
        facts.put(
                "Operators",
                settings.section().steps().stream()
                        .map(step ->
                                step.copies().equals(Copies.of(1)) ? step.name() : step.copies() + " x " + step.name())
                        .collect(Collectors.joining(", ")));
        facts.put("Seed", Long.toString(settings.recipe().seed()));
        facts.put("Versions", manifest.versions().toString().replaceAll("[{}]", ""));
        return facts;
    }

    private Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("augmented", "Augmented rows, Parquet");
        files.put("rejected", "Rejected copies, with reasons");
        files.put("quarantine", "Rows that could not be read");
        if (settings.recipe().corpus().format() == Source.Format.CONLL) {
            files.put("conll", "Augmented rows, CoNLL");
        }
        files.put(Survey.FILE, "Diversity and samples as JSON");
        files.put(RunDirectory.MANIFEST, "What was run");
        return files;
    }
}
