// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import static java.util.Objects.requireNonNull;

import dev.graft.checkpoint.BaseModel;
import dev.graft.cluster.GpuStage;
import dev.graft.cluster.Piece;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Storages;
import dev.graft.jobs.tune.TokenTable.Count;
import dev.graft.jobs.tune.TokenTable.Part;
import dev.graft.run.RunDirectory;
import dev.graft.stats.Interval;
import dev.graft.storage.Content;
import dev.graft.storage.Lock;
import dev.graft.storage.Place;
import dev.graft.storage.Sha256;
import dev.graft.storage.Storage;
import dev.graft.train.Figures;
import dev.graft.train.tracking.Trackers;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Rows in, adapters out: tokens once, each arm with each seed as a task of one stage, what came of it side by side. */
public final class TuneJob {
    static final String METRICS = "metrics.json";
    private static final String SETTINGS = "fingerprint";

    private TuneJob() {}

    /**
     * @param force replaces what an earlier run left in the directory
     */
    public static void run(SparkSession spark, TuneSettings settings, boolean force) throws IOException {
        RunDirectory directory = Storages.directory(spark, settings.recipe());
        try (Lock held = directory.lock(Clock.systemUTC(), force)) {
            settings.start().prepare();
            for (StartingWeights other : settings.compare().otherWeights()) {
                other.prepare();
            }
            String fingerprint = fingerprint(spark, settings);
            if (force || !directory.has(METRICS)) {
                train(spark, settings, directory, fingerprint);
                return;
            }
            if (!fingerprint.equals(
                    directory.read(METRICS, Map.class).orElseThrow().get(SETTINGS))) {
                throw new InputException(directory.root() + " holds a training of other settings, rows or model; name"
                        + " another directory (out=...), or replace it with --force");
            }
            System.out.println("train: already done in " + directory.root() + " (--force does it again)");
        }
    }

    /** Of all that the result depends on: the settings, the rows and the model. */
    private static String fingerprint(SparkSession spark, TuneSettings settings) throws IOException {
        StringBuilder all = new StringBuilder(settings.values().toString())
                .append(settings.compare().noises());
        List<String> models = new ArrayList<>(List.of(settings.recipe().model()));
        settings.compare().otherWeights().forEach(other -> models.add(other.model()));
        for (String model : models) {
            if (!model.equals(BaseModel.MINILM)) {
                all.append(Content.of(Storages.of(spark, model), model).map(Content::hash));
            }
        }
        if (settings.rows().isPresent()) {
            all.append(Storages.directory(spark, settings.rows().get())
                    .finished(List.of("augmented"))
                    .from()
                    .fingerprint());
        } else if (settings.data().text().isPresent()) {
            String texts = settings.data().text().get();
            all.append(Content.of(Storages.of(spark, texts), texts));
        } else {
            var corpus = settings.recipe().corpus();
            for (Optional<String> file : List.of(Optional.of(corpus.train()), corpus.validation(), corpus.test())) {
                if (file.isPresent()) {
                    all.append(Content.of(Storages.of(spark, file.get()), file.get())
                            .map(Content::hash));
                }
            }
        }
        return Sha256.of(all.toString());
    }

    private static void train(SparkSession spark, TuneSettings settings, RunDirectory directory, String fingerprint)
            throws IOException {
        GpuStage stage = new GpuStage(
                JavaSparkContext.fromSparkContext(spark.sparkContext()),
                settings.device(),
                Duration.ofMinutes(settings.patience()));
        Place staging = directory.resumed("train", fingerprint);
        TokenTable tokens = TokenTable.of(spark, settings, staging.at("tokens"));
        System.out.println("train: " + told(tokens));
        List<Piece<TuneTask>> pieces = new ArrayList<>();
        for (long seed : settings.compare().seeds()) {
            for (Arm arm : arms(settings, tokens)) {
                TuneTask task = task(settings, tokens, arm, seed, staging, fingerprint);
                pieces.add(new Piece<>(task.title(), task));
            }
        }
        List<TuneTask.Result> results = stage.run("training", pieces, TuneTask::run);

        int place = arms(settings, tokens).indexOf(settings.compare().exported());
        TuneTask exported = pieces.get(place).item();
        TuneTask.Result first = results.get(place);
        Place trained = folder(staging, exported.arm(), exported.seed());
        Storage.copy(trained.at(TuneTask.ADAPTER), staging.at(TuneTask.ADAPTER));
        Storage.copy(trained.at(Trackers.TENSORBOARD), staging.at(Trackers.TENSORBOARD));
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put(SETTINGS, fingerprint);
        metrics.put("exported", first);
        metrics.put("results", results);
        RunDirectory.write(staging.at(METRICS), metrics);
        staging.storage().delete(tokens.place().path());
        directory.publish(
                staging, List.of("training", TuneTask.ADAPTER, Trackers.TENSORBOARD, Chained.MERGED, METRICS));
        System.out.printf(
                Locale.ROOT,
                "%n%s%n%s%d tokens in %.0f s (%.0f a second; %.1f for each second of a core)%nadapter (%s): %s%nmetrics: %s%n",
                table(settings.compare().arms(), results),
                figures(first),
                first.tokens(),
                first.seconds(),
                first.tokens() / first.seconds(),
                first.tokens() / first.cpuSeconds(),
                exported.title(),
                directory.at(TuneTask.ADAPTER),
                directory.at(METRICS));
    }

    /** Without copies all arms of the stage's weights are one. */
    private static List<Arm> arms(TuneSettings settings, TokenTable tokens) {
        Compare compare = settings.compare();
        return compare.arms().stream()
                .filter(arm -> tokens.counted(Part.TRAIN).copies() > 0
                        || arm.start() != null
                        || arm.equals(compare.exported()))
                .toList();
    }

    private static Place folder(Place run, Arm arm, long seed) {
        return run.at("training").at(arm.name()).at(Long.toString(seed));
    }

    private static TuneTask task(
            TuneSettings settings, TokenTable tokens, Arm arm, long seed, Place staging, String fingerprint) {
        return new TuneTask(
                folder(staging, arm, seed).uri(),
                tokens.place().uri(),
                arm.start() == null ? settings.recipe().model() : arm.start().model(),
                settings.recipe().name(),
                settings.teaching(),
                settings.method(),
                settings.quantization(),
                settings.loop(),
                settings.epochs(),
                settings.maxSteps(),
                settings.maxLength(),
                new ArrayList<>(tokens.labels()),
                new ArrayList<>(settings.compare().noises()),
                arm,
                seed,
                fingerprint);
    }

    /** A line on the rows: how many, how long, how much is cut off and refused. */
    private static String told(TokenTable tokens) {
        Count train = tokens.counted(Part.TRAIN);
        return String.format(
                Locale.ROOT,
                "%,d rows to learn from, of which %,d are copies, %,d to choose by and %,d to test by; %,d tokens; %.1f %% of the"
                        + " rows are cut; %,d rows refused",
                train.rows(),
                train.copies(),
                tokens.counted(Part.VALIDATION).rows(),
                tokens.counted(Part.TEST).rows(),
                train.tokens(),
                100.0 * train.cut() / train.rows(),
                tokens.counted(Part.REFUSED).rows());
    }

    /** The loss of held-out rows, mean and 95 % interval over the seeds, of each arm and before any of them. */
    static String table(List<Arm> compared, List<TuneTask.Result> results) {
        List<Arm> arms =
                compared.stream().filter(arm -> !of(arm, results).isEmpty()).toList();
        Arm before =
                arms.stream().filter(arm -> arm.start() == null).findFirst().orElseThrow();
        Set<String> parts = results.get(0).after().keySet();
        StringBuilder table = new StringBuilder(String.format("%-24s %8s %6s", "arm", "rows", "steps"));
        parts.forEach(part -> table.append(cell(part, "loss, " + part)));
        table.append(String.format("%n%-24s %8s %6s", "before", "-", "-"));
        parts.forEach(part -> table.append(cell(part, shown(of(before, results), part, true))));
        for (Arm arm : arms) {
            List<TuneTask.Result> ours = of(arm, results);
            table.append(String.format(
                    "%n%-24s %8d %6d",
                    arm.name(), ours.get(0).rows(), ours.get(0).losses().size()));
            parts.forEach(part -> table.append(cell(part, shown(ours, part, false))));
        }
        return table.append(String.format("%n"))
                .append(conclusions(arms, results))
                .toString();
    }

    private static String cell(String part, String text) {
        return String.format(" %" + Math.max(20, "loss, ".length() + part.length()) + "s", text);
    }

    /** All figures of what is exported, a line each part. */
    private static String figures(TuneTask.Result exported) {
        StringBuilder text = new StringBuilder();
        exported.after().forEach((part, figures) -> text.append(String.format("%s: %s%n", part, figures)));
        return text.toString();
    }

    private static String shown(List<TuneTask.Result> results, String part, boolean before) {
        Interval interval = Interval.of(results.stream()
                .map(each -> (before ? each.before() : each.after()).get(part))
                .mapToDouble(Figures::loss)
                .toArray());
        return before || Double.isNaN(interval.halfWidth())
                ? String.format(Locale.ROOT, "%.4f", interval.mean())
                : String.format(Locale.ROOT, "%.4f ± %.4f", interval.mean(), interval.halfWidth());
    }

    private static List<TuneTask.Result> of(Arm arm, List<TuneTask.Result> results) {
        return results.stream().filter(each -> each.arm().equals(arm.name())).toList();
    }

    private static Optional<Arm> first(List<Arm> arms, Arm.Kind... kinds) {
        return Stream.of(kinds)
                .flatMap(kind -> arms.stream().filter(arm -> arm.is(kind)))
                .findFirst();
    }

    /** What the intervals of the differences, seed by seed, allow to say of the copies, and of the weights that were started with. */
    private static String conclusions(List<Arm> arms, List<TuneTask.Result> results) {
        StringBuilder text = new StringBuilder();
        Optional<Arm> originals = first(arms, Arm.Kind.ORIGINALS_EQUAL_STEPS, Arm.Kind.ORIGINALS);
        Optional<Arm> augmented = first(arms, Arm.Kind.AUGMENTED);
        if (originals.isPresent() && augmented.isPresent()) {
            text.append(conclusions(originals.get(), "augmentation", of(augmented.get(), results), results));
        }
        Optional<Arm> ours = augmented.or(() -> originals);
        for (Arm other : ours.isPresent() ? arms : List.<Arm>of()) {
            if (other.start() != null) {
                text.append(conclusions(other, ours.get().name(), of(ours.get(), results), results));
            }
        }
        return text.toString();
    }

    private static String conclusions(
            Arm against, String what, List<TuneTask.Result> ours, List<TuneTask.Result> results) {
        List<TuneTask.Result> theirs = of(against, results);
        StringBuilder text = new StringBuilder();
        for (String part : ours.size() < 2
                ? List.<String>of()
                : List.copyOf(ours.get(0).after().keySet())) {
            double[] differences = new double[ours.size()];
            for (int i = 0; i < differences.length; i++) {
                differences[i] = requireNonNull(ours.get(i).after().get(part)).loss()
                        - requireNonNull(theirs.get(i).after().get(part)).loss();
            }
            Interval gain = Interval.of(differences);
            text.append(String.format(
                    Locale.ROOT,
                    "%nAgainst %s, %s changes the loss on %s by %+.4f (95 %% interval %+.4f to %+.4f, %d seeds): %s%n",
                    against.name(),
                    what,
                    part,
                    gain.mean(),
                    gain.low(),
                    gain.high(),
                    gain.values(),
                    gain.high() < 0 ? "it helps." : gain.low() > 0 ? "it harms." : "no difference can be shown."));
        }
        return text.toString();
    }
}
