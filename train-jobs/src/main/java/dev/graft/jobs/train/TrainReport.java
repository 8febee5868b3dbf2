// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.jobs.tune.Arm;
import dev.graft.jobs.tune.TestNoise;
import dev.graft.jobs.tune.TuneReport;
import dev.graft.report.ArmScores;
import dev.graft.report.Report;
import dev.graft.report.Survey;
import dev.graft.run.Manifest;
import dev.graft.run.RunDirectory;
import dev.graft.stats.Metrics;
import dev.graft.storage.Place;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers what the report tells of a run. */
final class TrainReport {
    private TrainReport() {}

    static void write(TrainPlan plan, Corpus corpus, Comparison comparison, RunDirectory data, Place file)
            throws IOException {
        Manifest manifest = data.manifest().orElseThrow();
        List<ArmScores> arms = new ArrayList<>();
        for (Arm arm : comparison.arms()) {
            arms.add(arm(arm, comparison));
        }
        new Report(
                        plan.recipe().name(),
                        Instant.now(),
                        facts(plan, corpus, comparison, manifest),
                        files(plan),
                        manifest,
                        Survey.read(data).orElse(null),
                        comparison.arms().stream()
                                .filter(arm -> arm.kind().tuned() && comparison.trained(arm) == arm)
                                .flatMap(arm -> comparison.of(arm).stream()
                                        .map(result -> TuneReport.curve(arm, result.seed(), result.losses())))
                                .toList(),
                        corpus.labels(),
                        arms)
                .write(file);
    }

    private static Map<String, String> facts(TrainPlan plan, Corpus corpus, Comparison comparison, Manifest manifest) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Corpus", plan.recipe().corpus().train());
        facts.put(
                "Training rows",
                "%,d training, %,d with copies, %,d test"
                        .formatted(
                                corpus.originals().size(),
                                corpus.augmented().size(),
                                corpus.test().size()));
        facts.put("Classes", Integer.toString(corpus.labels().size()));
        facts.put("Length", Truncation.of(plan, corpus));
        facts.put("Base model", plan.recipe().model());
        facts.put("Method", TuneReport.told(plan.method()));
        facts.put(
                "Training",
                "learning rate %s, batches of %d"
                        .formatted(
                                plan.train().loop().learningRate(),
                                plan.train().loop().batchSize()));
        comparison
                .arms()
                .forEach(arm -> comparison
                        .of(arm)
                        .forEach(result -> result.notes()
                                .forEach(note -> facts.put(arm.title() + ", seed " + result.seed(), note))));
        facts.put("Seeds", "augmentation " + plan.recipe().seed() + ", training " + plan.seeds());
        facts.put("Versions", manifest.versions().toString().replaceAll("[{}]", ""));
        return facts;
    }

    private static Map<String, String> files(TrainPlan plan) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(
                "adapter",
                "Adapter (" + plan.compare().exported().title() + ", seed "
                        + plan.seeds().get(0) + "), for PEFT");
        files.putAll(TuneReport.filesOf(plan.data()));
        files.put("training", "Each training");
        files.put("metrics.json", "Figures as JSON");
        return files;
    }

    private static ArmScores arm(Arm arm, Comparison comparison) {
        List<ArmScores.Score> scores = new ArrayList<>();
        for (Training.Result result : comparison.of(arm)) {
            comparison
                    .tests()
                    .forEach(test -> scores.add(score(TestNoise.title(test), result.seed(), result.test(test))));
        }
        Metrics pooled = comparison.pooled(arm);
        Training.Result first = comparison.of(arm).get(0);
        return new ArmScores(
                comparison.trained(arm) != arm ? arm.title() + " (the same training as before)" : arm.title(),
                first.rows(),
                first.losses().size(),
                scores,
                pooled.f1(),
                pooled.confusion());
    }

    private static ArmScores.Score score(String test, long seed, Metrics metrics) {
        return new ArmScores.Score(test, seed, metrics.accuracy(), metrics.macroF1());
    }
}
