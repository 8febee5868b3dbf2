// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.translate;

import dev.graft.checkpoint.ModelFolder;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Storages;
import dev.graft.nn.engine.Threads;
import dev.graft.run.RunDirectory;
import dev.graft.stats.TextMatch;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Lock;
import dev.graft.storage.Place;
import dev.graft.storage.Sha256;
import dev.graft.train.Checkpoint;
import dev.graft.train.Figures;
import dev.graft.train.FirstStep;
import dev.graft.train.ProgressLines;
import dev.graft.train.TrainState;
import dev.graft.train.Trainer;
import dev.graft.train.TranslatorModel;
import dev.graft.train.data.JsonLines.Refused;
import dev.graft.train.data.SourceTarget;
import dev.graft.train.objective.SequenceToSequence;
import dev.graft.translate.FolderTranslator;
import dev.graft.translate.PairTokens;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Pairs of sentences in, a translator out: learn a vocabulary, train, translate what was held out, write. */
public final class TranslateJob {
    static final String METRICS = "metrics.json";
    private static final String SETTINGS = "settings";
    private static final double TOLD_SECONDS = 30;
    private static final int SHOWN = 2;
    private static final int FIRST = 8;

    private final TranslateSettings settings;
    private final RunDirectory directory;

    private TranslateJob(TranslateSettings settings, RunDirectory directory) {
        this.settings = settings;
        this.directory = directory;
    }

    /**
     * How near translations are to their references, from 0 to 100, as sacreBLEU counts.
     *
     * @param cut translations that reached the greatest length
     */
    record Match(double bleu, double chrF, int sentences, int cut) {}

    /**
     * What came of a training.
     *
     * @param settings a hash of all that it depended on
     * @param figures of the validation part, when it ended
     * @param test null where there is none
     * @param losses of each step, smoothed, in nats a token
     */
    record Result(
            String settings,
            Figures figures,
            Match validation,
            @Nullable Match test,
            List<Float> losses,
            List<TrainState.Evaluation> evaluations) {}

    /**
     * @param force replaces what an earlier run left in the directory
     */
    public static void run(TranslateSettings settings, boolean force) throws IOException {
        RunDirectory directory =
                settings.recipe().directory(Storages.of(settings.recipe().out()));
        try (Lock held = directory.lock(Clock.systemUTC(), force)) {
            TranslateJob job = new TranslateJob(settings, directory);
            if (!force && directory.has(METRICS)) {
                job.requireSame();
                System.out.println("train: already done in " + directory.root() + " (--force does it again)");
                return;
            }
            job.train();
        }
    }

    /** What is finished came of these settings and files. */
    private void requireSame() {
        Object there = directory
                .read(METRICS, Map.class)
                .map(each -> each.get(SETTINGS))
                .orElse(null);
        if (!fingerprint().equals(there)) {
            throw new InputException(directory.root() + " holds a translator of other settings, pairs or model; name"
                    + " another directory (out=...), or replace it with --force");
        }
    }

    private void train() throws IOException {
        Threads.set(Runtime.getRuntime().availableProcessors());
        Bitext.Sentences sentences = settings.train().read();
        Bitext.Sentences heldOut = settings.validation().read();
        String fingerprint = fingerprint();
        Place staging = directory.resumed("translate", fingerprint);
        Path folder = local(staging);
        ModelFolder start = ModelFolder.ofTranslator(start(folder.resolve("start"), sentences));
        try (PairTokens tokens = PairTokens.of(start, settings.from(), settings.to());
                TranslatorModel model = new TranslatorModel(start)) {
            List<Refused> refused = new ArrayList<>();
            List<SourceTarget> rows = settings.train().rows(sentences, tokens, longest(model), refused);
            List<SourceTarget> watched = settings.validation().rows(heldOut, tokens, longest(model), refused);
            requireUsable(rows, watched, refused);
            SequenceToSequence objective = objective(start, model);
            int steps = steps(rows);
            System.out.println("train: " + told(rows, watched, model));
            Trainer<SourceTarget> trainer = new Trainer<>(
                    settings.loop(),
                    model,
                    objective,
                    rows,
                    watched,
                    steps,
                    settings.recipe().seed(),
                    new ProgressLines("train", TOLD_SECONDS, System.out::println));
            Checkpoint checkpoint = new Checkpoint(folder.resolve("checkpoint"), fingerprint);
            TrainState state = trainer.train(checkpoint.read().orElseGet(trainer::start), Optional.of(checkpoint));
            model.write(folder.resolve(TranslateSettings.MODEL));
            write(staging, fingerprint, objective.evaluate(watched), heldOut, state);
        }
    }

    private int steps(List<SourceTarget> rows) {
        return Trainer.steps(
                rows, settings.loop(), settings.epochs(), settings.recipe().seed());
    }

    private String told(List<SourceTarget> rows, List<SourceTarget> watched, TranslatorModel model) {
        return String.format(
                Locale.ROOT,
                "%,d pairs of %,d tokens, %,d held out; %,d steps; %,d words, %,d parameters",
                rows.size(),
                rows.stream().mapToLong(SourceTarget::tokens).sum(),
                watched.size(),
                steps(rows),
                model.model().targets(),
                model.size());
    }

    /**
     * Tells what would be learnt, and the loss and the gradients of one step, which is not taken. The vocabulary is learnt for it.
     *
     * @return what is wrong; empty where nothing is
     */
    public static List<String> check(TranslateSettings settings, PrintWriter out) throws IOException {
        Path draft = Files.createTempDirectory("graft-check");
        try {
            RunDirectory directory =
                    settings.recipe().directory(Storages.of(settings.recipe().out()));
            return new TranslateJob(settings, directory).check(draft, out);
        } finally {
            new LocalStorage().delete(draft.toString());
        }
    }

    private List<String> check(Path draft, PrintWriter out) throws IOException {
        Bitext.Sentences sentences = settings.train().read();
        ModelFolder start = ModelFolder.ofTranslator(start(draft.resolve("start"), sentences));
        try (PairTokens tokens = PairTokens.of(start, settings.from(), settings.to());
                TranslatorModel model = new TranslatorModel(start)) {
            List<Refused> refused = new ArrayList<>();
            List<SourceTarget> rows = settings.train().rows(sentences, tokens, longest(model), refused);
            List<SourceTarget> watched =
                    settings.validation().rows(settings.validation().read(), tokens, longest(model), refused);
            requireUsable(rows, watched, refused);
            out.println("rows: " + told(rows, watched, model));
            rows.stream()
                    .limit(SHOWN)
                    .map(each -> each.id() + ": "
                            + tokens.target(Arrays.stream(each.target())
                                            .mapToObj(token -> (int) token)
                                            .toList())
                                    .text())
                    .forEach(out::println);
            FirstStep step =
                    FirstStep.of(model, objective(start, model), rows.subList(0, Math.min(rows.size(), FIRST)));
            out.printf(Locale.ROOT, "one step: loss %.3f, norm of the gradients %.3g%n", step.loss(), step.norm());
            out.flush();
            return Double.isFinite(step.loss()) && Double.isFinite(step.norm()) && step.norm() > 0
                    ? List.of()
                    : List.of("nothing can be learnt");
        }
    }

    private SequenceToSequence objective(ModelFolder start, TranslatorModel model) {
        return new SequenceToSequence(
                model.model(),
                model.manager(),
                FolderTranslator.required(start, "decoder_start_token_id"),
                settings.smoothing());
    }

    private int longest(TranslatorModel model) {
        return Math.min(settings.maxLength(), model.model().positions());
    }

    private void write(Place staging, String fingerprint, Figures figures, Bitext.Sentences heldOut, TrainState state) {
        try (FolderTranslator translator =
                new FolderTranslator(local(staging).resolve(TranslateSettings.MODEL), settings.from(), settings.to())) {
            Match validation = match(translator, heldOut, "validation");
            Match test = settings.test()
                    .map(each -> match(translator, each.read(), "test"))
                    .orElse(null);
            RunDirectory.write(
                    staging.at(METRICS),
                    new Result(fingerprint, figures, validation, test, state.losses(), state.evaluations()));
        }
        directory.publish(staging, List.of(TranslateSettings.MODEL, METRICS));
        System.out.printf("model: %s%nmetrics: %s%n", directory.at(TranslateSettings.MODEL), directory.at(METRICS));
    }

    private static Match match(FolderTranslator translator, Bitext.Sentences sentences, String part) {
        List<FolderTranslator.Translation> translations = translator.translations(sentences.source());
        List<String> texts =
                translations.stream().map(FolderTranslator.Translation::text).toList();
        Match match = new Match(
                TextMatch.bleu(texts, sentences.target()),
                TextMatch.chrF(texts, sentences.target()),
                texts.size(),
                (int) translations.stream()
                        .filter(FolderTranslator.Translation::truncated)
                        .count());
        System.out.printf(
                Locale.ROOT, "%s: BLEU %.1f, chrF %.1f of %,d sentences%n", part, match.bleu, match.chrF, texts.size());
        return match;
    }

    /** The folder that is trained further: the given one, or a new one, which an attempt before this one may have written. */
    private Path start(Path draft, Bitext.Sentences sentences) throws IOException {
        if (settings.model().isPresent()) {
            return settings.model().get();
        }
        Path done = draft.resolveSibling("start.done");
        if (!Files.exists(done)) {
            Files.createDirectories(draft);
            Iterable<String> texts = () -> Stream.concat(sentences.source().stream(), sentences.target().stream())
                    .iterator();
            settings.fresh()
                    .write(
                            draft,
                            texts,
                            settings.from(),
                            settings.to(),
                            settings.recipe().seed());
            Files.writeString(done, "");
        }
        return draft;
    }

    private void requireUsable(List<SourceTarget> rows, List<SourceTarget> watched, List<Refused> refused) {
        int all = rows.size() + watched.size() + refused.size();
        if (rows.isEmpty()
                || watched.isEmpty()
                || refused.size() > settings.recipe().maxBadRows() * all) {
            throw new InputException(refused.size() + " of " + all + " pairs can't be used; allowed is a share of "
                    + settings.recipe().maxBadRows() + " (max-bad-rows), and one pair or more in each part: "
                    + refused.stream().limit(5).toList());
        }
        refused.forEach(each -> System.out.println("refused: " + each.place() + ": " + each.reason()));
    }

    private static Path local(Place place) {
        if (!(place.storage() instanceof LocalStorage)) {
            throw new InputException("out is " + place.path()
                    + "; allowed for the training of a translator is a folder of this machine");
        }
        return LocalStorage.path(place.path());
    }

    /** Of all that the result depends on: the settings, the files of the model and of the pairs. */
    private String fingerprint() {
        StringBuilder all = new StringBuilder(settings.values().toString());
        List<Path> files = new ArrayList<>(List.of(
                settings.train().source(),
                settings.train().target(),
                settings.validation().source(),
                settings.validation().target()));
        try {
            if (settings.model().isPresent()) {
                files.addAll(ModelFolder.ofTranslator(settings.model().get()).weightFiles());
            }
            for (Path file : files) {
                all.append('\n').append(Sha256.of(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't read the files of the training: " + e, e);
        }
        return Sha256.of(all.toString());
    }
}
