// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.corpus.InputException;
import dev.graft.jobs.Arguments;
import dev.graft.jobs.Launch;
import dev.graft.jobs.Session;
import dev.graft.jobs.augment.catalyst.JudgedRows;
import dev.graft.jobs.augment.read.InputFiles;
import dev.graft.jobs.augment.schema.RunTables;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.jobs.augment.setup.Stopwatch;
import dev.graft.jobs.augment.write.WrittenTables;
import dev.graft.report.Report;
import dev.graft.report.Survey;
import dev.graft.run.ExitCode;
import dev.graft.run.Manifest;
import dev.graft.run.RunDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Other thresholds for the copies of a finished run; none is made again. */
@Command(
        name = "filter",
        description = "Applies the filters of a configuration to the copies of a finished run, on their stored scores.")
public final class FilterJob implements Callable<Integer> {
    @Mixin
    private Arguments arguments = new Arguments();

    public static void main(String[] args) {
        Launch.main(new FilterJob(), args);
    }

    @Override
    public Integer call() throws Exception {
        AugmentSettings settings = arguments.read(AugmentSettings::read);
        try (SparkSession spark =
                Session.start("graft filter " + settings.recipe().name())) {
            run(spark, settings);
        }
        return ExitCode.DONE;
    }

    public static Manifest run(SparkSession spark, AugmentSettings settings) {
        RunDirectory directory = settings.recipe().directory();
        String fingerprint = settings.fingerprint(InputFiles.describe(spark, settings));
        Manifest before = finished(directory, fingerprint);
        Path staging = directory.staging();
        Stopwatch watch = new Stopwatch();
        JudgedRows judged = new EarlierCandidates(
                        settings,
                        RunTables.read(spark, directory.root().resolve("augmented")),
                        RunTables.read(spark, directory.root().resolve("rejected")))
                .judged(staging);
        watch.lap("judge");
        WrittenTables accounts = WrittenTables.write(settings, judged, staging, watch);
        AugmentReport report = AugmentReport.of(settings, accounts, judged, staging, watch);
        Manifest manifest = accounts.manifest(fingerprint, before.rows(), List.of(), watch);
        report.write(manifest);
        directory.publish(staging, List.of("augmented", "rejected", "conll", Survey.FILE, Report.FILE), manifest);
        RunSummary.print(manifest, directory, System.out);
        return manifest;
    }

    private static Manifest finished(RunDirectory directory, String fingerprint) {
        Manifest manifest = directory
                .manifest()
                .orElseThrow(() -> new InputException(
                        directory.root() + " holds no finished run; run augment with this configuration first"));
        if (!AugmentSettings.sameCopies(fingerprint, manifest.settings())) {
            throw new InputException(directory.root() + " holds copies of other settings or input.\n  there: "
                    + manifest.settings() + "\n  given: " + fingerprint
                    + "\nOnly augment.filters may differ; augment makes other copies.");
        }
        return manifest;
    }
}
