// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.corpus.InputException;
import dev.graft.jobs.Arguments;
import dev.graft.jobs.Damage;
import dev.graft.jobs.Inputs;
import dev.graft.jobs.Launch;
import dev.graft.jobs.Session;
import dev.graft.jobs.Storages;
import dev.graft.jobs.augment.read.CorpusProbes;
import dev.graft.jobs.augment.schema.RunTables;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.jobs.augment.setup.Stopwatch;
import dev.graft.report.Report;
import dev.graft.report.Survey;
import dev.graft.run.ExitCode;
import dev.graft.run.Manifest;
import dev.graft.run.Provenance;
import dev.graft.run.RunDirectory;
import dev.graft.storage.Lock;
import dev.graft.storage.Place;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Other thresholds for the copies of a finished run; none is made again. */
@Command(
        name = "filter",
        description = "Applies the filters of a configuration to the copies of a finished run, on their stored scores.")
public final class FilterJob implements Callable<Integer> {
    private static final List<String> PARTS = List.of(
            "augmented", "rejected", "conll", CorpusProbes.FILE, Survey.FILE, Report.FILE, RunDirectory.MANIFEST);

    @Mixin
    private Arguments arguments = new Arguments();

    public static void main(String[] args) {
        Launch.main(new FilterJob(), args);
    }

    @Override
    public Integer call() throws Exception {
        AugmentSettings settings = arguments.readStage(AugmentSettings::read);
        try (SparkSession spark = Session.start("filter", settings.recipe())) {
            run(spark, settings);
        }
        return ExitCode.DONE;
    }

    public static Manifest run(SparkSession spark, AugmentSettings given) {
        AugmentSettings settings = given.chosen(recipe -> Storages.directory(spark, recipe));
        RunDirectory directory = Storages.directory(spark, settings.recipe());
        Provenance from =
                new Provenance(settings.values(), Inputs.of(spark, settings.recipe(), settings.files(), directory));
        try (Lock held = directory.lock(Clock.systemUTC(), false)) {
            return run(spark, settings, directory, from);
        }
    }

    private static Manifest run(SparkSession spark, AugmentSettings settings, RunDirectory directory, Provenance from) {
        Manifest before = finished(directory, from);
        Place staging = directory.staging("filter");
        Stopwatch watch = new Stopwatch();
        return Damage.told(directory.at("augmented") + " (or rejected)", () -> {
            try (Candidates copies = Candidates.earlier(
                    settings,
                    RunTables.read(spark, directory.place("augmented")),
                    RunTables.read(spark, directory.place("rejected")),
                    asked(before),
                    staging)) {
                return AugmentJob.finish(directory, from, before.rows(), PARTS, copies, staging, watch);
            }
        });
    }

    private static Map<String, Long> asked(Manifest before) {
        Map<String, Long> asked = new TreeMap<>();
        before.operators().forEach((operator, counts) -> asked.put(operator, counts.asked()));
        return asked;
    }

    private static Manifest finished(RunDirectory directory, Provenance from) {
        Manifest manifest = directory.finished(AugmentJob.TABLES);
        if (!AugmentSettings.sameCopies(from, manifest.from())) {
            throw new InputException(directory.root() + " holds copies of other settings or input:\n  "
                    + String.join("\n  ", from.differences(manifest.from()))
                    + "\nOnly augment.filters may differ; augment makes other copies.");
        }
        return manifest;
    }
}
