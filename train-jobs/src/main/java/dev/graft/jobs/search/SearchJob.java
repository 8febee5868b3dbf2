// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.search;

import static org.apache.spark.sql.functions.col;

import dev.graft.augment.Resources;
import dev.graft.cluster.GpuStage;
import dev.graft.corpus.Document;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Source;
import dev.graft.corpus.Split;
import dev.graft.corpus.Splitter;
import dev.graft.jobs.Arguments;
import dev.graft.jobs.Columns;
import dev.graft.jobs.Launch;
import dev.graft.jobs.Session;
import dev.graft.jobs.Storages;
import dev.graft.jobs.augment.read.CorpusProbes;
import dev.graft.jobs.augment.read.CorpusReader;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.jobs.search.Halving.Asked;
import dev.graft.report.Report;
import dev.graft.report.ReportTable;
import dev.graft.run.ExitCode;
import dev.graft.run.RunDirectory;
import dev.graft.storage.Lock;
import dev.graft.storage.Place;
import dev.graft.storage.Sha256;
import dev.graft.text.TextAnalyzer;
import dev.graft.text.Vocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Corpus in; which policy suits it out, as a configuration. The test part is not read. */
@Command(
        name = "search",
        description =
                "Chooses operators, their strength, copies, composition and filters by the validation part, and writes"
                        + " them as a configuration for augment.")
public final class SearchJob implements Callable<Integer> {
    static final String POLICY = "policy.conf";
    static final String LEADERBOARD = "leaderboard.json";

    private static final Logger LOG = LoggerFactory.getLogger(SearchJob.class);
    private static final String TRIALS = "trials";
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    /** Fewer rows are no ground to choose by. */
    private static final int LEAST = 10;

    @Mixin
    private Arguments arguments = new Arguments();

    @Option(names = "--force", description = "replace what an earlier search left in the directory")
    private boolean force;

    public static void main(String[] args) {
        Launch.main(new SearchJob(), args);
    }

    @Override
    public Integer call() throws Exception {
        SearchPlan plan = arguments.read(SearchPlan::read);
        try (SparkSession spark = Session.start("search", plan.augment().recipe())) {
            run(spark, plan, arguments.included(), force, Clock.systemUTC());
        }
        return ExitCode.DONE;
    }

    /**
     * Reads the training and the validation part, tries policies, and writes what came of it. Trials that an earlier search with
     * the same settings has finished are not run again.
     *
     * @param base HOCON that the chosen policy is written behind
     */
    public static Leaderboard run(SparkSession spark, SearchPlan plan, String base, boolean force, Clock clock)
            throws IOException {
        RunDirectory directory = Storages.directory(spark, plan.augment().recipe());
        try (Lock held = directory.lock(clock, force)) {
            Place staging = directory.resumed("search", Sha256.of(plan.fingerprint()));
            Dataset<Row> corpus = read(spark, plan, staging.at("corpus"));
            List<Document> training = rows(corpus, plan, Split.TRAIN);
            List<Document> validation = rows(corpus, plan, Split.VALIDATION);
            require(plan, training, validation);
            GpuStage stage =
                    new GpuStage(JavaSparkContext.fromSparkContext(spark.sparkContext()), plan.device(), PATIENCE);
            RunDirectory earlier = new RunDirectory(staging.storage(), staging.path());
            RunDirectory finished = new RunDirectory(directory.storage(), directory.at(TRIALS));
            String rows = Sha256.of(training + "" + validation).substring(0, 12);
            Function<Asked, String> name =
                    asked -> rows + "-" + asked.policy().fingerprint() + "-" + asked.seed() + ".json";
            Leaderboard board;
            Optional<Leaderboard> finals = Optional.empty();
            try (Resources resources = new Resources(
                    Storages.local(plan.augment().recipe().model()).toString(),
                    Optional.of(words(plan, training)),
                    CorpusProbes.fitted(plan.augment(), training))) {
                Trials runs = new Trials(plan.augment(), stage, resources, training, validation);
                Function<Asked, Optional<Trial>> known = asked -> known(earlier, finished, name.apply(asked), force);
                Function<List<Asked>, List<Trial>> tried = asked -> tried(runs, asked, name, staging);
                IntUnaryOperator left = left(plan, clock);
                int batch = 2 * Math.max(1, spark.sparkContext().defaultParallelism());
                List<Policy> policies = policies(plan, known, tried, left);
                Map<String, List<Trial>> trials =
                        new Halving(plan.eta(), plan.seeds()).run(policies, known, batch, tried, left);
                board = Leaderboard.of(policies, trials);
                if (plan.finals().policies() > 0 && board.entries().size() > 1) {
                    String tuning = Sha256.of(plan.ofFinals()).substring(0, 12);
                    Function<Asked, String> tuned = asked -> name.apply(asked).replace(".json", "-" + tuning + ".json");
                    finals = Optional.of(plan.finals()
                            .run(
                                    plan.finals().of(board),
                                    runs,
                                    stage,
                                    plan.augment().recipe().model(),
                                    asked -> known(earlier, finished, tuned.apply(asked), force),
                                    (asked, trial) -> RunDirectory.write(
                                            staging.at(TRIALS).at(tuned.apply(asked)), trial)));
                }
            }
            Leaderboard last = finals.orElse(board);
            write(plan, board, finals, base, staging);
            report(plan, board, finals, staging.at(Report.FILE));
            directory.publish(staging, List.of(TRIALS, POLICY, AugmentSettings.CHOSEN, LEADERBOARD, Report.FILE));
            System.out.printf(
                    "%n%d training rows, %d validation rows; the test part was not read%n%n%s%s%npolicy: %s%nleaderboard: %s%nreport: %s%n",
                    training.size(),
                    validation.size(),
                    board.table(),
                    finals.map(each -> "\nTuned with the copies of the best:\n" + each.table())
                            .orElse(""),
                    directory.at(POLICY),
                    directory.at(LEADERBOARD),
                    directory.at(Report.FILE));
            return last;
        }
    }

    private static List<Policy> policies(
            SearchPlan plan,
            Function<Asked, Optional<Trial>> known,
            Function<List<Asked>, List<Trial>> tried,
            IntUnaryOperator left) {
        int most = plan.policies() + 1;
        long seed = plan.augment().recipe().seed();
        return switch (plan.sampler()) {
            case RANDOM -> plan.space().drawn(most, seed);
            case TPE -> {
                // The trial of no copies is the halving's.
                int[] trials = {1};
                yield new ParzenEstimator(plan.space()).policies(most, seed, policies -> {
                    List<Asked> missing = new ArrayList<>();
                    List<Trial> done = new ArrayList<>();
                    policies.stream()
                            .map(policy -> new Asked(policy, 0))
                            .forEach(asked -> known.apply(asked).ifPresentOrElse(done::add, () -> missing.add(asked)));
                    int rest = Math.min(missing.size(), Math.max(0, left.applyAsInt(trials[0] + done.size())));
                    done.addAll(rest == 0 ? List.of() : tried.apply(missing.subList(0, rest)));
                    trials[0] += done.size();
                    return done;
                });
            }
        };
    }

    private static List<Trial> tried(Trials runs, List<Asked> asked, Function<Asked, String> name, Place staging) {
        List<Trial> trials = runs.run(asked);
        for (int i = 0; i < asked.size(); i++) {
            RunDirectory.write(staging.at(TRIALS).at(name.apply(asked.get(i))), trials.get(i));
            LOG.info(
                    "{}, seed {}: {} copies, accuracy {}",
                    asked.get(i).policy().name(),
                    trials.get(i).seed(),
                    trials.get(i).copies(),
                    String.format("%.3f", trials.get(i).accuracy()));
        }
        return trials;
    }

    /** A trial of this search before it was cut off, or of a finished one, which is taken over. */
    private static Optional<Trial> known(RunDirectory earlier, RunDirectory finished, String name, boolean force) {
        Optional<Trial> trial = earlier.read(TRIALS + "/" + name, Trial.class);
        if (trial.isEmpty() && !force) {
            trial = finished.read(name, Trial.class);
            trial.ifPresent(each -> RunDirectory.write(earlier.place(TRIALS).at(name), each));
        }
        return trial;
    }

    /** Trials that the budget has left. */
    private static IntUnaryOperator left(SearchPlan plan, Clock clock) {
        long end = plan.minutes() == 0
                ? Long.MAX_VALUE
                : clock.millis() + Duration.ofMinutes(plan.minutes()).toMillis();
        // Without a trial of no copies there is nothing to compare with.
        return trials -> trials == 0
                ? (plan.trials() == 0 ? Integer.MAX_VALUE : plan.trials())
                : clock.millis() >= end ? 0 : plan.trials() == 0 ? Integer.MAX_VALUE : plan.trials() - trials;
    }

    /** Of a corpus of files the test file is not opened; where the split is drawn, test rows are left out here. */
    private static Dataset<Row> read(SparkSession spark, SearchPlan plan, Place staging) throws IOException {
        staging.storage().delete(staging.path());
        Source source = plan.augment().recipe().corpus().withoutTest();
        return new CorpusReader(spark, source, plan.augment().recipe().maxChars())
                .read(staging)
                .rows()
                .where(col("split").isin(Split.TRAIN.column(), Split.VALIDATION.column()));
    }

    /** Labelled rows of a part, by the hash of their id. */
    private static List<Document> rows(Dataset<Row> corpus, SearchPlan plan, Split split) {
        Source source = plan.augment().recipe().corpus();
        String label = source.label().orElseThrow();
        return corpus
                .where(col("split").equalTo(split.column()))
                .where(Columns.named(label).isNotNull())
                .select(
                        col("id"),
                        Columns.named(source.text()),
                        Columns.named(label).cast("string"))
                .collectAsList()
                .stream()
                .map(row -> new Document(row.getString(0), row.getString(1), row.getString(2)))
                .sorted(Comparator.comparingDouble((Document each) -> Splitter.position(each.id()))
                        .thenComparing(Document::id))
                .limit(plan.rows())
                .toList();
    }

    private static void require(SearchPlan plan, List<Document> training, List<Document> validation) {
        long classes = training.stream().map(Document::label).distinct().count();
        if (classes < 2 || validation.size() < LEAST) {
            throw new InputException(
                    "a search needs 2 classes and " + LEAST + " labelled validation rows; "
                            + plan.augment().recipe().corpus().train() + " has " + classes + " classes in "
                            + training.size()
                            + " training rows, and " + validation.size()
                            + " validation rows. corpus.validation names a file of them, or corpus.shares.validation their share");
        }
    }

    private static Path words(SearchPlan plan, List<Document> training) throws IOException {
        TextAnalyzer analyzer = new TextAnalyzer(plan.augment().section().protection());
        Path file = Files.createTempFile("vocabulary", ".tsv");
        file.toFile().deleteOnExit();
        Vocabulary.of(training.stream().map(analyzer::analyze).toList()).write(file);
        return file;
    }

    private static void write(
            SearchPlan plan, Leaderboard board, Optional<Leaderboard> finals, String base, Place staging)
            throws IOException {
        Leaderboard last = finals.orElse(board);
        Policy chosen = last.winner().orElse(Policy.NO_COPIES);
        String text = "# " + last.conclusion() + "\n" + base + "\nstages = null\ncompare = null\naugment = "
                + plan.augment().withPolicy(chosen.json(), chosen.similarity()) + "\n";
        staging.at(POLICY).write(text.getBytes(StandardCharsets.UTF_8));
        RunDirectory.write(
                staging.at(AugmentSettings.CHOSEN),
                Map.of("operators", chosen.operators(), "similarity", chosen.similarity()));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("conclusion", last.conclusion());
        json.put("entries", board.entries());
        finals.ifPresent(each -> json.put("finals", each.entries()));
        RunDirectory.write(staging.at(LEADERBOARD), json);
    }

    private static void report(SearchPlan plan, Leaderboard board, Optional<Leaderboard> finals, Place file)
            throws IOException {
        List<ReportTable> tables = new ArrayList<>();
        finals.ifPresent(each -> tables.add(each.shown("Tuned with the copies of the best")));
        tables.add(board.shown("Ranked by a logistic regression on the untuned model's embeddings"));
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Outcome", finals.orElse(board).conclusion());
        facts.put("Corpus", plan.augment().recipe().corpus().train());
        facts.put("Base model", plan.augment().recipe().model());
        new Report(
                        plan.augment().recipe().name(),
                        Instant.now(),
                        facts,
                        Map.of(POLICY, "The chosen policy, a configuration", LEADERBOARD, "The leaderboard as JSON"),
                        null,
                        null,
                        List.of(),
                        List.of(),
                        List.of(),
                        tables)
                .write(file);
    }
}
