// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.evidence;

import dev.graft.cluster.GpuStage;
import dev.graft.cluster.Piece;
import dev.graft.jobs.Arguments;
import dev.graft.jobs.Launch;
import dev.graft.jobs.Session;
import dev.graft.jobs.Storages;
import dev.graft.run.ExitCode;
import dev.graft.run.RunDirectory;
import dev.graft.storage.Lock;
import dev.graft.storage.Place;
import dev.graft.storage.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A claim in, its table out. What one run has finished the next does not do again. */
@Command(
        name = "evidence",
        description = "Measures a claim, each arm with each seed, and writes its table into EVIDENCE.md.")
public final class EvidenceJob implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(EvidenceJob.class);
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String TRIALS = "trials";
    private static final int DIGITS = 12;

    @Mixin
    private Arguments arguments = new Arguments();

    @Option(names = "--to", description = "the file that holds the tables; default ${DEFAULT-VALUE}")
    private Path to = Path.of("EVIDENCE.md");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] args) {
        Launch.main(new EvidenceJob(), args);
    }

    @Override
    public Integer call() throws IOException {
        EvidencePlan plan = arguments.read(EvidencePlan::read);
        EvidenceRows rows = EvidenceRows.read(plan);
        try (SparkSession spark = Session.start("evidence " + plan.name())) {
            EvidenceTable table = run(spark, plan, rows);
            String command = "bin/graft "
                    + String.join(" ", spec.commandLine().getParseResult().originalArgs());
            String text = table.markdown(command, commit(), rows);
            write(to, table.title(), text);
            System.out.printf("%n%s%nwritten to %s%n", text, to);
        }
        return ExitCode.DONE;
    }

    static EvidenceTable run(SparkSession spark, EvidencePlan plan, EvidenceRows rows) throws IOException {
        RunDirectory directory = new RunDirectory(Storages.of(plan.out()), plan.out());
        try (Lock held = directory.lock(Clock.systemUTC(), false)) {
            JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
            GpuStage stage = new GpuStage(context, plan.device(), PATIENCE);
            String common = Sha256.of(plan.common() + rows).substring(0, DIGITS);
            List<Experiment.Result> results = new ArrayList<>();
            List<Piece<Experiment>> pieces = new ArrayList<>();
            for (long seed : plan.seeds()) {
                for (EvidenceArm arm : plan.arms()) {
                    Experiment experiment = new Experiment(plan, arm, seed);
                    directory
                            .read(TRIALS + "/" + file(common, experiment), Experiment.Result.class)
                            .ifPresentOrElse(
                                    results::add, () -> pieces.add(new Piece<>(experiment.name(), experiment)));
                }
            }
            LOG.info("{}: {} of {} trials are done", plan.name(), results.size(), results.size() + pieces.size());
            Broadcast<EvidenceRows> shared = context.broadcast(rows);
            String trials = directory.place(TRIALS).uri();
            results.addAll(stage.run("evidence", pieces, (experiment, device) -> {
                Experiment.Result result = experiment.run(shared.value(), device);
                Place folder = new Place(Storages.of(trials), trials);
                RunDirectory.write(folder.at(file(common, experiment)), result);
                LOG.info(
                        "{}: accuracy {}, {} s",
                        experiment.name(),
                        String.format(Locale.ROOT, "%.3f", result.accuracy()),
                        Math.round(result.cost().seconds()));
                return result;
            }));
            return new EvidenceTable(plan, results);
        }
    }

    private static String file(String common, Experiment experiment) {
        String arm = Sha256.of(experiment.arm().values()).substring(0, DIGITS);
        return common + "-" + arm + "-" + experiment.seed() + ".json";
    }

    /** Replaces the section of the title, or adds it at the end. */
    static void write(Path file, String title, String section) throws IOException {
        String start = "<!-- " + title + " -->\n";
        String end = "<!-- end of " + title + " -->\n";
        String all = Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "# Evidence\n\n";
        int from = all.indexOf(start);
        int to = all.indexOf(end);
        String text = start + section + end;
        String changed = from >= 0 && to >= from
                ? all.substring(0, from) + text + all.substring(to + end.length())
                : all + text + "\n";
        Files.writeString(file, changed, StandardCharsets.UTF_8);
    }

    /** Of the code, as git tells it; the version where there is no git. */
    private static String commit() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? said : Launch.version();
        } catch (IOException e) {
            return Launch.version();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Launch.version();
        }
    }
}
