// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import dev.graft.augment.Edit;
import dev.graft.augment.Step;
import dev.graft.corpus.Source;
import dev.graft.report.Diversity;
import dev.graft.report.Report;
import dev.graft.report.Sample;
import dev.graft.report.Survey;
import dev.graft.run.Counts;
import dev.graft.run.Manifest;
import dev.graft.run.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** What the augmented rows look like, and the page that tells of it. */
record AugmentReport(AugmentSettings settings, Survey survey, Path staging) {
    /** Stands for the operator of a row that is no copy. */
    private static final String ORIGINAL = "";

    private static final String SIMILARITY = "similarity";
    /** Code points that are read of a text: what is collected is bounded, however long the texts are. */
    private static final int LONGEST = 2000;

    private static final StructType LIMITS =
            new StructType().add("operator", DataTypes.StringType).add("limit", DataTypes.LongType);

    /** Surveys the staged table of augmented rows, in two passes over it. */
    static AugmentReport of(SparkSession spark, AugmentSettings settings, Path staging, Stopwatch watch) {
        Dataset<Row> rows = Tables.read(spark, staging.resolve("augmented"));
        Survey survey = survey(spark, settings, rows.where(col("split").equalTo("train")));
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
                    .write(staging.resolve(Report.FILE));
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the report in " + staging + ": " + e, e);
        }
    }

    private static Survey survey(SparkSession spark, AugmentSettings settings, Dataset<Row> rows) {
        Map<String, Tally> tallies = tallies(rows);
        Map<String, List<Row>> looked = sample(spark, settings.recipe().corpus(), rows, tallies);
        List<Row> originals = looked.getOrDefault(ORIGINAL, List.of());
        Map<String, String> sources =
                originals.stream().collect(Collectors.toMap(row -> row.getAs("source"), row -> row.getAs("text")));
        List<Survey.Kept> operators = new ArrayList<>();
        List<Sample> samples = new ArrayList<>();
        for (Step step : settings.section().steps()) {
            Tally tally = tallies.getOrDefault(step.name(), Tally.NONE);
            List<Row> copies = looked.getOrDefault(step.name(), List.of());
            operators.add(new Survey.Kept(
                    step.name(), tally.rows(), tally.intensity(), tally.similarity(), diversity(copies)));
            copies.stream()
                    .filter(copy -> sources.containsKey(copy.<String>getAs("source")))
                    .map(copy -> sample(copy, sources))
                    .filter(sample -> !sample.edits().isEmpty())
                    .limit(Survey.SAMPLES)
                    .forEach(samples::add);
        }
        return new Survey(diversity(originals), operators, Sample.spread(samples, Survey.SAMPLES));
    }

    /** Figures of all rows of an operator, or of the originals. */
    private record Tally(long rows, @Nullable Double similarity, List<Long> intensity) {
        static final Tally NONE = of(List.of());

        /** Of rows that hold, after the operator, a bin of the intensity, its copies, those with a score and their sum. */
        static Tally of(List<Row> bins) {
            long[] intensity = new long[Survey.BINS];
            long rows = 0;
            long scored = 0;
            double sum = 0;
            for (Row bin : bins) {
                rows += bin.getLong(2);
                scored += bin.getLong(3);
                sum += bin.isNullAt(4) ? 0 : bin.getDouble(4);
                if (!bin.isNullAt(1)) {
                    intensity[(int) bin.getLong(1)] = bin.getLong(2);
                }
            }
            // The order of the sum is not the same every time: only as many digits are told as do not depend on it.
            Double mean = scored == 0 ? null : Math.round(1e4 * sum / scored) / 1e4;
            return new Tally(rows, mean, LongStream.of(intensity).boxed().toList());
        }
    }

    /** One pass over the few columns that tell the figures of all rows. */
    private static Map<String, Tally> tallies(Dataset<Row> rows) {
        Column augmentation = col(Copies.AUGMENTATION);
        Map<String, List<Row>> bins = rows
                .select(
                        operator(),
                        least(floor(augmentation.getField("intensity").multiply(Survey.BINS)), lit(Survey.BINS - 1L))
                                .as("bin"),
                        augmentation.getField("scores").getItem(SIMILARITY).as(SIMILARITY))
                .groupBy("operator", "bin")
                .agg(count(lit(1)), count(SIMILARITY), sum(SIMILARITY))
                .collectAsList()
                .stream()
                .collect(Collectors.groupingBy(row -> row.getString(0)));
        Map<String, Tally> tallies = new HashMap<>();
        bins.forEach((operator, own) -> tallies.put(operator, Tally.of(own)));
        return tallies;
    }

    private static Column operator() {
        return coalesce(col(Copies.AUGMENTATION).getField("operator"), lit(ORIGINAL))
                .as("operator");
    }

    /**
     * The rows of each operator, and of the originals, whose sources' ids hash lowest, in this order: all look at the same
     * sources, and at all copies of a source. How low is told beforehand from the number of the rows, so that nothing is
     * sorted or sent that is not wanted; twice as many as wanted are expected below.
     */
    private static Map<String, List<Row>> sample(
            SparkSession spark, Source corpus, Dataset<Row> rows, Map<String, Tally> tallies) {
        Column augmentation = col(Copies.AUGMENTATION);
        List<Row> limits = tallies.entrySet().stream()
                .map(each -> RowFactory.create(
                        each.getKey(),
                        limit(2.0 * Survey.TEXTS / each.getValue().rows())))
                .toList();
        long greatest = limits.stream().mapToLong(row -> row.getLong(1)).max().orElse(0);
        Map<String, List<Row>> looked = new HashMap<>();
        rows
                .select(
                        operator(),
                        coalesce(augmentation.getField("source_id"), col("id")).as("source"),
                        col("id"),
                        col(corpus.text()).as("text"),
                        corpus.label()
                                .map(label -> col(label).cast("string"))
                                .orElse(lit(null))
                                .as("label"),
                        augmentation.getField("edits").as("edits"),
                        augmentation.getField("scores").as("scores"))
                .withColumn("hash", xxhash64(col("source")))
                .where(col("hash").leq(greatest))
                .join(broadcast(spark.createDataFrame(limits, LIMITS)), "operator")
                .where(col("hash").leq(col("limit")))
                .withColumn("text", substring(col("text"), 1, LONGEST))
                .withColumn(
                        "edits",
                        filter(col("edits"), edit -> edit.getField("end").leq(LONGEST)))
                .collectAsList()
                .stream()
                .sorted(Comparator.<Row>comparingLong(row -> row.getAs("hash"))
                        .thenComparing(row -> row.<String>getAs("id")))
                .forEach(row -> looked.computeIfAbsent(row.getAs("operator"), any -> new ArrayList<>())
                        .add(row));
        looked.replaceAll((operator, all) -> all.subList(0, Math.min(Survey.TEXTS, all.size())));
        return looked;
    }

    /** What the given share of all hashes is not above. */
    private static long limit(double share) {
        return share >= 1 ? Long.MAX_VALUE : (long) ((2 * share - 1) * Long.MAX_VALUE);
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
        return new Sample(
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
                        .map(step -> step.copies() == 1 ? step.name() : step.copies() + " x " + step.name())
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
