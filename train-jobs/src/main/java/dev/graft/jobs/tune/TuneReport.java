// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.adapt.Lora;
import dev.graft.adapt.Method;
import dev.graft.config.Settings;
import dev.graft.report.ArmScores;
import dev.graft.report.Curve;
import dev.graft.report.Measure;
import dev.graft.report.Report;
import dev.graft.report.Survey;
import dev.graft.run.Manifest;
import dev.graft.run.Recipe;
import dev.graft.run.RunDirectory;
import dev.graft.storage.Place;
import dev.graft.train.Figures;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Gathers what the report tells of a stage that teaches tokens; what it has in common with a classifier's stands here, too. */
public final class TuneReport {
    /** The model as it is, among the arms. */
    private static final String BEFORE = "before";

    private TuneReport() {}

    /**
     * @param data directory of the augmentation whose rows were taken; empty where it is the corpus itself
     * @param rows what is told of the rows
     */
    static void write(
            TuneSettings settings, TuneComparison comparison, Optional<RunDirectory> data, String rows, Place file)
            throws IOException {
        Optional<Manifest> manifest = data.flatMap(RunDirectory::manifest);
        List<ArmScores> arms = new ArrayList<>();
        arms.add(before(comparison));
        comparison.arms().forEach(arm -> arms.add(after(comparison, arm)));
        new Report(
                        settings.recipe().name(),
                        Instant.now(),
                        facts(settings, rows, manifest),
                        files(settings),
                        manifest.orElse(null),
                        data.flatMap(Survey::read).orElse(null),
                        comparison.arms().stream()
                                .filter(arm -> arm.kind().tuned())
                                .flatMap(arm -> comparison.of(arm).stream()
                                        .map(result -> curve(arm, result.seed(), result.losses())))
                                .toList(),
                        List.of(),
                        arms)
                .write(file);
    }

    private static Map<String, String> facts(TuneSettings settings, String rows, Optional<Manifest> manifest) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(
                "Corpus",
                settings.data().text().orElse(settings.recipe().corpus().train()));
        facts.put("Objective", Settings.name(settings.teaching().kind()));
        facts.put("Rows", rows);
        facts.put("Base model", settings.recipe().model());
        facts.put("Method", told(settings.method()));
        facts.put(
                "Training",
                "learning rate %s, %s"
                        .formatted(
                                settings.loop().learningRate(),
                                settings.loop().batchTokens() > 0
                                        ? settings.loop().batchTokens() + " tokens a step"
                                        : "batches of " + settings.loop().batchSize()));
        facts.put("Seeds", settings.compare().seeds().toString());
        manifest.ifPresent(of -> facts.put("Versions", of.versions().toString().replaceAll("[{}]", "")));
        return facts;
    }

    private static Map<String, String> files(TuneSettings settings) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(
                "adapter",
                "Adapter (" + settings.compare().exported().title() + ", seed "
                        + settings.compare().seeds().get(0) + ")");
        settings.rows().ifPresent(data -> files.putAll(filesOf(data)));
        files.put("training", "Each training");
        files.put("metrics.json", "Figures as JSON");
        return files;
    }

    /** What an augmentation left, as its path is from another stage. */
    public static Map<String, String> filesOf(Recipe augmentation) {
        String data = "../" + augmentation.out().replaceFirst(".*/", "") + "/";
        Map<String, String> files = new LinkedHashMap<>();
        files.put(data + "augmented", "Augmented rows, Parquet");
        files.put(data + "rejected", "Rejected copies, with reasons");
        files.put(data + "quarantine", "Rows that could not be read");
        files.put(data + Survey.FILE, "Diversity and samples as JSON");
        files.put(data + RunDirectory.MANIFEST, "What was run");
        return files;
    }

    public static String told(Method method) {
        return method instanceof Lora lora
                ? "LoRA, r %d, alpha %s, on %s"
                        .formatted(
                                lora.r(), lora.loraAlpha(), lora.targetModules().told())
                : method.toString();
    }

    /** @param losses of each step */
    public static Curve curve(Arm arm, long seed, List<Float> losses) {
        return new Curve(
                arm.title(),
                seed,
                IntStream.range(0, losses.size())
                        .mapToObj(i -> new Curve.Point(i + 1, losses.get(i)))
                        .toList());
    }

    private static ArmScores before(TuneComparison comparison) {
        List<ArmScores.Score> scores = comparison.of(comparison.before()).stream()
                .flatMap(result -> scores(comparison, result.seed(), result.before()).stream())
                .toList();
        return new ArmScores(BEFORE, 0, 0, scores, List.of(), List.of());
    }

    private static ArmScores after(TuneComparison comparison, Arm arm) {
        List<TuneTask.Result> results = comparison.of(arm);
        return new ArmScores(
                arm.title(),
                results.get(0).rows(),
                results.get(0).losses().size(),
                results.stream()
                        .flatMap(result -> scores(comparison, result.seed(), result.after()).stream())
                        .toList(),
                List.of(),
                List.of());
    }

    private static List<ArmScores.Score> scores(TuneComparison comparison, long seed, Map<String, Figures> tests) {
        List<ArmScores.Score> scores = new ArrayList<>();
        tests.forEach((test, figures) -> {
            Map<Measure, Double> values = new LinkedHashMap<>();
            for (Measure measure : comparison.kind().measures()) {
                ObjectiveKind.value(measure, figures).ifPresent(value -> values.put(measure, value));
            }
            boolean validation = test.equals(TokenTable.Part.VALIDATION.column());
            scores.add(new ArmScores.Score(validation ? test : TestNoise.title(test), seed, values));
        });
        return scores;
    }
}
