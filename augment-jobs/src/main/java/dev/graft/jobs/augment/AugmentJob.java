// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;

import dev.graft.corpus.InputException;
import dev.graft.jobs.Arguments;
import dev.graft.jobs.Inputs;
import dev.graft.jobs.Launch;
import dev.graft.jobs.Session;
import dev.graft.jobs.Storages;
import dev.graft.jobs.augment.catalyst.CandidateTable;
import dev.graft.jobs.augment.read.CorpusClasses;
import dev.graft.jobs.augment.read.CorpusProbes;
import dev.graft.jobs.augment.read.CorpusReader;
import dev.graft.jobs.augment.read.CorpusTables;
import dev.graft.jobs.augment.read.CorpusTables.Census;
import dev.graft.jobs.augment.read.CorpusVocabulary;
import dev.graft.jobs.augment.read.RepeatedRows;
import dev.graft.jobs.augment.schema.RunTables;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.jobs.augment.setup.AugmentSettings.Work;
import dev.graft.jobs.augment.setup.Stopwatch;
import dev.graft.jobs.augment.write.RegisteredTable;
import dev.graft.jobs.augment.write.WrittenTables;
import dev.graft.report.Report;
import dev.graft.report.Survey;
import dev.graft.run.ExitCode;
import dev.graft.run.Manifest;
import dev.graft.run.Provenance;
import dev.graft.run.RunDirectory;
import dev.graft.storage.Extent;
import dev.graft.storage.Lock;
import dev.graft.storage.Place;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Corpus in, augmented Parquet out. */
@Command(name = "augment", description = "Reads a corpus, augments its training rows and writes Parquet.")
public final class AugmentJob implements Callable<Integer> {
    /** Tables that later steps read. */
    static final List<String> TABLES = List.of("augmented", "rejected");

    /** What a finished step leaves in the run's directory; the last says that it is finished. */
    static final List<String> PARTS = List.of(
            "augmented",
            "rejected",
            "quarantine",
            "conll",
            CorpusVocabulary.FILE,
            CorpusProbes.FILE,
            Survey.FILE,
            Report.FILE,
            RunDirectory.MANIFEST);

    private static final Logger LOG = LoggerFactory.getLogger(AugmentJob.class);

    @Mixin
    private Arguments arguments = new Arguments();

    @Option(names = "--force", description = "replace what an earlier run left in the directory")
    private boolean force;

    public static void main(String[] args) {
        Launch.main(new AugmentJob(), args);
    }

    @Override
    public Integer call() throws Exception {
        AugmentSettings settings = arguments.readStage(AugmentSettings::read);
        try (SparkSession spark = Session.start("augment", settings.recipe())) {
            run(spark, settings, force);
        }
        return ExitCode.DONE;
    }

    /** Read, split, augment, filter, write. A finished run of the same settings is left as it is. */
    public static Manifest run(SparkSession spark, AugmentSettings given, boolean force) {
        AugmentSettings settings = given.chosen(recipe -> Storages.directory(spark, recipe));
        RunDirectory directory = Storages.directory(spark, settings.recipe());
        Provenance from =
                new Provenance(settings.values(), Inputs.of(spark, settings.recipe(), settings.files(), directory));
        try (Lock held = directory.lock(Clock.systemUTC(), force)) {
            if (!force && directory.manifest().isPresent()) {
                return skipped(directory, from);
            }
            if (!force) {
                settings.table().ifPresent(name -> new RegisteredTable(spark, name).requireNew());
            }
            return run(spark, settings, directory, from);
        }
    }

    private static Manifest run(SparkSession spark, AugmentSettings settings, RunDirectory directory, Provenance from) {
        settings.notes().forEach(System.err::println);
        Place staging = directory.staging("augment");
        Stopwatch watch = new Stopwatch();

        CorpusTables corpus = new CorpusReader(
                        spark, settings.recipe().corpus(), settings.recipe().maxChars())
                .read(staging);
        Dataset<Row> quarantine = RunTables.write(corpus.quarantine(), staging.at("quarantine"));
        Dataset<Row> documents = corpus.rows();
        Census census = corpus.census().get();
        requireRows(settings, census, quarantine);
        corpus.notes().forEach(note -> LOG.warn("corpus: {}", note));
        watch.lap("read");

        Map<String, Long> classes = CorpusClasses.counted(settings, documents);
        Map<String, Long> asked = CorpusClasses.asked(settings, classes, documents, census.train());
        Work work = settings.work(CorpusVocabulary.counted(spark, settings, documents, staging), classes)
                .withFoldProbes(CorpusProbes.fitted(spark, settings, documents, staging));
        try (Candidates copies = Candidates.made(settings, work, documents, asked, staging)) {
            return finish(directory, from, census.rows(), PARTS, copies, staging, watch);
        }
    }

    /**
     * Writes the tables of a run, what is told of them and the manifest, and puts all in its place.
     *
     * @param rows documents by table, of what was read
     * @param parts what is put in its place
     */
    static Manifest finish(
            RunDirectory directory,
            Provenance from,
            Map<String, Long> rows,
            List<String> parts,
            Candidates copies,
            Place staging,
            Stopwatch watch) {
        AugmentSettings settings = copies.settings();
        CandidateTable judged = copies.judged(rows.getOrDefault("documents", 0L), watch);
        WrittenTables tables = WrittenTables.write(settings, judged, staging, watch);
        AugmentReport report = AugmentReport.of(settings, tables, judged, staging, watch);
        Manifest manifest = tables.manifest(from, rows, copies.asked(), tables(staging), copies.failures(), watch);
        report.write(manifest);
        RunDirectory.write(staging.at(RunDirectory.MANIFEST), manifest);
        directory.publish(staging, parts);
        settings.table()
                .ifPresent(name -> new RegisteredTable(judged.spark(), name).write(directory.place("augmented")));
        RunSummary.print(manifest, directory, System.out);
        return manifest;
    }

    /** Files and bytes of the tables, by name. */
    static Map<String, Extent> tables(Place staging) {
        Map<String, Extent> tables = new TreeMap<>();
        TABLES.forEach(table -> RunDirectory.extent(staging.at(table)).ifPresent(extent -> tables.put(table, extent)));
        return tables;
    }

    private static Manifest skipped(RunDirectory directory, Provenance from) {
        Manifest finished = directory.finished(TABLES);
        List<String> differences = from.differences(finished.from());
        if (!differences.isEmpty()) {
            throw new InputException(directory.root() + " holds a run of other settings or input:\n  "
                    + String.join("\n  ", differences)
                    + (AugmentSettings.sameCopies(from, finished.from())
                            ? "\nOnly the filters differ: \"filter\" applies them without making the copies again."
                            : "")
                    + "\nName another directory (out=...), or replace it with --force.");
        }
        System.out.println("augment: already done in " + directory.root() + " (--force does it again)");
        return finished;
    }

    /** The corpus has rows to train on, and not too many that can't be used. */
    private static void requireRows(AugmentSettings settings, Census census, Dataset<Row> quarantine) {
        long all = census.documents() + census.bad();
        if (census.documents() == 0 || census.bad() > settings.recipe().maxBadRows() * all) {
            throw new InputException(tooManyBad(settings, quarantine, census.bad(), all));
        }
        if (census.train() == 0) {
            throw new InputException("the corpus has no training row: all of its " + census.documents()
                    + " rows fell to validation and test; allowed is at least one (see corpus.shares)");
        }
    }

    private static String tooManyBad(AugmentSettings settings, Dataset<Row> quarantine, long bad, long all) {
        StringBuilder message = new StringBuilder(
                all == 0
                        ? "the corpus has no rows: "
                                + settings.recipe().corpus().train()
                        : bad + " of " + all + " rows can't be used; max-bad-rows allows a share of "
                                + settings.recipe().maxBadRows());
        quarantine
                .where(RepeatedRows.isBad(col("reason")))
                .groupBy("reason")
                .agg(count(lit(1)), min("file"))
                .orderBy(col("count(1)").desc())
                .limit(5)
                .collectAsList()
                .forEach(row -> message.append("\n  ")
                        .append(row.getLong(1))
                        .append(" x ")
                        .append(row.getString(0))
                        .append(" (")
                        .append(row.getString(2))
                        .append(")"));
        return message.toString();
    }
}
