// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.run.Counts;
import dev.graft.run.Manifest;
import dev.graft.stats.Interval;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the page shows, as its script reads it: all that is counted, compared or said in words is so here. */
record Page(
        String name,
        String finished,
        List<String> conclusions,
        Map<String, String> facts,
        Map<String, String> files,
        @Nullable Manifest augment,
        List<Waterfall.Step> waterfall,
        List<OperatorRow> operators,
        List<Survey.OfClass> classRows,
        @Nullable Diversity originals,
        List<Survey.Kept> kept,
        List<OperatorSamples> samples,
        List<Curve> curves,
        List<String> labels,
        List<ArmRow> arms,
        Classes classes,
        List<TestRow> results,
        List<DifferenceRow> differences,
        List<ReportTable> tables) {
    /** A screen shows no more points, and a reader reads no more of a text. */
    private static final int MOST_POINTS = 400;

    private static final int LONGEST_PIECE = 600;

    private static final Survey NOT_SURVEYED = new Survey(null, List.of(), List.of(), List.of());

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern(
                    "d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    record OperatorRow(String operator, Counts counts) {}

    record OperatorSamples(String operator, List<SampleDiff> samples) {}

    record SampleDiff(
            String source,
            @Nullable String label,
            List<Diff.Piece> pieces,
            Map<String, Double> scores,
            String reason) {}

    record ArmRow(String name, long rows, int steps) {}

    /** Null bounds: one seed, or nothing drawn; no interval. */
    record TestRow(
            String arm,
            String test,
            String measure,
            boolean share,
            List<Double> seeds,
            double mean,
            @Nullable Double low,
            @Nullable Double high) {}

    record DifferenceRow(
            String arm,
            String baseline,
            String test,
            String measure,
            boolean share,
            double mean,
            @Nullable Double low,
            @Nullable Double high,
            int seeds,
            Measure.Verdict verdict) {}

    static Page of(Report report) {
        Manifest manifest = report.augment();
        Survey survey = report.survey() == null ? NOT_SURVEYED : report.survey();
        Map<String, Counts> counts = manifest == null ? Map.of() : manifest.operators();
        List<PairedComparison> comparisons = comparisons(report.arms());
        return new Page(
                report.name(),
                MINUTE.format(report.finished()),
                conclusions(counts, comparisons, report.arms()),
                report.facts(),
                report.files(),
                manifest,
                counts.isEmpty() ? List.of() : Waterfall.of(counts.values()).steps(),
                counts.entrySet().stream()
                        .map(entry -> new OperatorRow(entry.getKey(), entry.getValue()))
                        .toList(),
                survey.classes(),
                survey.originals(),
                survey.operators(),
                Sample.byOperator(survey.samples()).entrySet().stream()
                        .map(group -> new OperatorSamples(
                                group.getKey(),
                                group.getValue().stream().map(Page::diff).toList()))
                        .toList(),
                report.curves().stream()
                        .map(curve -> curve.thinned(MOST_POINTS))
                        .toList(),
                report.labels(),
                report.arms().stream()
                        .map(arm -> new ArmRow(arm.name(), arm.rows(), arm.steps()))
                        .toList(),
                Classes.of(report.labels(), report.arms()),
                results(report.arms()),
                comparisons.stream().map(Page::row).toList(),
                report.tables());
    }

    /** The template with everything in its place. */
    String html() {
        String library = "META-INF/resources/webjars/uplot/" + libraryVersion() + "/dist/";
        return resource("dev/graft/report/report.html")
                .replace("/*{{uplot.css}}*/", resource(library + "uPlot.min.css"))
                .replace("/*{{report.css}}*/", resource("dev/graft/report/report.css"))
                .replace("/*{{uplot.js}}*/", resource(library + "uPlot.iife.min.js"))
                .replace("/*{{report.js}}*/", resource("dev/graft/report/report.js"))
                .replace("{{data}}", json());
    }

    /** In JSON a less-than sign stands in strings only; escaped there, no text can end the script element. */
    private String json() {
        try {
            return JSON.writeValueAsString(this).replace("<", "\\u003c");
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("can't write the data of report " + name + ": " + e.getMessage(), e);
        }
    }

    private static List<String> conclusions(
            Map<String, Counts> counts, List<PairedComparison> comparisons, List<ArmScores> arms) {
        List<String> conclusions = new ArrayList<>();
        if (!arms.isEmpty() && comparisons.isEmpty()) {
            conclusions.add(
                    arms.size() == 1
                            ? "One arm was trained, so there is nothing to compare it with."
                            : "No row was held out, so there is nothing to compare the arms by.");
        }
        if (!comparisons.isEmpty()) {
            List<String> baselines = Stream.concat(
                            Stream.of(arms.get(arms.size() - 2).name()), untuned(arms).stream())
                    .distinct()
                    .toList();
            List<PairedComparison> against = comparisons.stream()
                    .filter(comparison -> baselines.contains(comparison.baseline()))
                    .toList();
            against.stream()
                    .filter(comparison ->
                            comparison.measure().equals(main(arms)) || !agreesWithMain(comparison, against, main(arms)))
                    .forEach(comparison -> conclusions.add(comparison.sentence()));
        }
        if (!counts.isEmpty()) {
            long asked = counts.values().stream().mapToLong(Counts::asked).sum();
            long kept = counts.values().stream().mapToLong(Counts::kept).sum();
            conclusions.add(String.format(
                    Locale.ROOT,
                    "%d operator%s made %,d kept copies of %,d asked for (%.0f %%).",
                    counts.size(),
                    counts.size() == 1 ? "" : "s",
                    kept,
                    asked,
                    asked == 0 ? 0 : 100.0 * kept / asked));
        }
        if (conclusions.isEmpty()) {
            conclusions.add("Nothing has been augmented or trained yet.");
        }
        return conclusions;
    }

    /** The best of what was not tuned, which is the last. */
    private static Optional<String> untuned(List<ArmScores> arms) {
        return arms.stream()
                .filter(arm -> arm.steps() == 0)
                .map(ArmScores::name)
                .reduce((first, last) -> last);
    }

    private static Measure main(List<ArmScores> arms) {
        return arms.get(arms.size() - 1).measures().get(0);
    }

    /** A further figure that says the same again is left to the table; one that says otherwise is not. */
    private static boolean agreesWithMain(PairedComparison comparison, List<PairedComparison> others, Measure main) {
        return others.stream()
                .filter(other -> other.measure().equals(main)
                        && other.test().equals(comparison.test())
                        && other.baseline().equals(comparison.baseline()))
                .allMatch(other -> other.verdict() == comparison.verdict());
    }

    private static List<PairedComparison> comparisons(List<ArmScores> arms) {
        List<PairedComparison> comparisons = new ArrayList<>();
        for (int baseline = arms.size() - 2; baseline >= 0; baseline--) {
            ArmScores judged = arms.get(arms.size() - 1);
            for (String test : judged.tests()) {
                for (Measure measure : judged.measures()) {
                    PairedComparison.of(judged, arms.get(baseline), test, measure)
                            .ifPresent(comparisons::add);
                }
            }
        }
        return comparisons;
    }

    private static List<TestRow> results(List<ArmScores> arms) {
        List<TestRow> rows = new ArrayList<>();
        for (ArmScores arm : arms) {
            for (String test : arm.tests()) {
                for (Measure measure : arm.measures()) {
                    List<Double> seeds = arm.on(test).stream()
                            .flatMap(score -> score.of(measure).stream())
                            .toList();
                    if (!seeds.isEmpty()) {
                        rows.add(row(arm, test, measure, seeds));
                    }
                }
            }
        }
        return rows;
    }

    /** An interval of shares ends where shares end. */
    private static TestRow row(ArmScores arm, String test, Measure measure, List<Double> seeds) {
        Interval interval =
                Interval.of(seeds.stream().mapToDouble(Double::doubleValue).toArray());
        boolean drawn = arm.steps() > 0;
        double least = measure.share() ? 0 : Double.NEGATIVE_INFINITY;
        double most = measure.share() ? 1 : Double.POSITIVE_INFINITY;
        return new TestRow(
                arm.name(),
                test,
                measure.title(),
                measure.share(),
                seeds,
                interval.mean(),
                drawn ? known(Math.max(least, interval.low())) : null,
                drawn ? known(Math.min(most, interval.high())) : null);
    }

    private static DifferenceRow row(PairedComparison comparison) {
        Interval difference = comparison.difference();
        return new DifferenceRow(
                comparison.arm(),
                comparison.baseline(),
                comparison.test(),
                comparison.measure().title(),
                comparison.measure().share(),
                difference.mean(),
                known(difference.low()),
                known(difference.high()),
                difference.values(),
                comparison.verdict());
    }

    private static SampleDiff diff(Sample sample) {
        Diff diff = Diff.of(sample.text(), sample.edits()).shortened(LONGEST_PIECE);
        return new SampleDiff(sample.source(), sample.label(), diff.pieces(), sample.scores(), sample.reason());
    }

    private static @Nullable Double known(double value) {
        return Double.isNaN(value) ? null : value;
    }

    private static String libraryVersion() {
        Properties properties = new Properties();
        try (InputStream in = open("dev/graft/report/versions.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("uplot");
    }

    private static String resource(String path) {
        try (InputStream in = open(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + path + " on the classpath", e);
        }
    }

    private static InputStream open(String path) {
        return Optional.ofNullable(Page.class.getClassLoader().getResourceAsStream(path))
                .orElseThrow(() -> new IllegalStateException(path + " is not on the classpath"));
    }
}
