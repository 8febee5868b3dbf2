// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.adapt.AdaptedModel;
import dev.graft.adapt.AdapterFolder;
import dev.graft.jobs.Storages;
import dev.graft.run.RunDirectory;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Lock;
import dev.graft.storage.Place;
import dev.graft.train.Checkpoint;
import dev.graft.train.Figures;
import dev.graft.train.Progress;
import dev.graft.train.ProgressLines;
import dev.graft.train.TrainState;
import dev.graft.train.Trainer;
import dev.graft.train.data.Row;
import dev.graft.train.tracking.ProgressBar;
import dev.graft.train.tracking.Trackers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Rows in, adapter out: read, look at the held-out rows, train, look again, write. */
public final class TuneJob {
    static final String METRICS = "metrics.json";
    private static final String ADAPTER = "adapter";
    private static final double TOLD_SECONDS = 10;

    private TuneJob() {}

    /**
     * What came of a training.
     *
     * @param before on the validation part, null where there is none
     * @param after as {@code before}, with the parameters that are written
     * @param losses of each step, in nats a target
     * @param seconds of wall clock and cpuSeconds of this process, of the steps that this attempt took
     * @param tokens that these read, without padding
     */
    record Result(
            @org.jspecify.annotations.Nullable Figures before,
            @org.jspecify.annotations.Nullable Figures after,
            List<Float> losses,
            List<TrainState.Evaluation> evaluations,
            double seconds,
            double cpuSeconds,
            long tokens) {}

    /**
     * @param force replaces what an earlier run left in the directory
     */
    public static void run(TuneSettings settings, boolean force) throws IOException {
        RunDirectory directory = new RunDirectory(Storages.of(settings.out()), settings.out());
        try (Lock held = directory.lock(Clock.systemUTC(), force);
                Tuning<?> tuning = Tuning.open(settings)) {
            if (!force && directory.has(METRICS)) {
                System.out.println("train: already done in " + directory.root() + " (--force does it again)");
                return;
            }
            train(tuning, directory);
        }
    }

    private static <R extends Row> void train(Tuning<R> tuning, RunDirectory directory) throws IOException {
        String fingerprint = tuning.fingerprint();
        Place staging = directory.resumed("tune", fingerprint);
        System.out.println("train: " + Check.rows(tuning));
        List<R> validation = tuning.rows().validation();
        Optional<Figures> before = figures(tuning, validation);
        before.ifPresent(figures -> System.out.println("before: " + figures));

        Count count = new Count(shown());
        Checkpoint checkpoint = new Checkpoint(local(staging).resolve("checkpoint"), fingerprint);
        TrainState state;
        Optional<Figures> after;
        TuneSettings settings = tuning.settings();
        try (Trackers trackers = new Trackers(
                local(staging),
                "graft",
                settings.name(),
                settings.values(),
                System.getenv(),
                Clock.systemUTC(),
                System.err::println)) {
            before.ifPresent(figures -> trackers.evaluated(0, figures));
            Trainer<R> trainer = tuning.trainer(Progress.all(List.of(count, trackers)));
            state = trainer.train(checkpoint.read().orElseGet(trainer::start), Optional.of(checkpoint));
            after = figures(tuning, validation);
            int steps = state.steps();
            after.ifPresent(figures -> trackers.evaluated(steps, figures));
            trackers.finished();
        }
        Result result = new Result(
                before.orElse(null),
                after.orElse(null),
                state.losses(),
                state.evaluations(),
                count.seconds(),
                count.cpuSeconds(),
                count.tokens);
        after.ifPresent(figures -> System.out.println("after: " + figures));
        System.out.printf(
                Locale.ROOT,
                "%d tokens in %.0f s (%.0f a second; %.1f for each second of a core)%n",
                result.tokens,
                result.seconds,
                result.tokens / result.seconds,
                result.tokens / result.cpuSeconds);
        write(tuning.model(), local(staging).resolve(ADAPTER));
        RunDirectory.write(staging.at(METRICS), result);
        directory.publish(staging, List.of(ADAPTER, METRICS, Trackers.TENSORBOARD));
        System.out.printf("adapter: %s%nmetrics: %s%n", directory.at(ADAPTER), directory.at(METRICS));
    }

    /** A bar on a terminal, lines elsewhere. */
    private static Progress shown() {
        return System.console() == null
                ? new ProgressLines("train", TOLD_SECONDS, System.out::println)
                : new ProgressBar("train", System.out);
    }

    /** With the template beside it that it was taught with, so that it is asked in the same words. */
    private static void write(AdaptedModel model, Path folder) throws IOException {
        AdapterFolder.write(folder, model);
        Optional<String> template = model.files().chatTemplate();
        if (template.isPresent()) {
            Files.writeString(folder.resolve(TunedModel.TEMPLATE), template.get());
        }
    }

    private static <R extends Row> Optional<Figures> figures(Tuning<R> tuning, List<R> rows) {
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(tuning.objective().evaluate(rows));
    }

    private static Path local(Place place) {
        if (!(place.storage() instanceof LocalStorage)) {
            throw new dev.graft.corpus.InputException("out is " + place.path()
                    + "; allowed for the training of a language model is a folder of this machine");
        }
        return LocalStorage.path(place.path());
    }

    /** Counts tokens and time from its first step on. */
    private static final class Count implements Progress {
        private final Progress told;
        private final long start = System.nanoTime();
        private final long cpuStart = cpu();
        private long tokens;

        Count(Progress told) {
            this.told = told;
        }

        @Override
        public void after(Step step) {
            tokens += step.tokens();
            told.after(step);
        }

        @Override
        public void evaluated(int step, Figures figures) {
            told.evaluated(step, figures);
        }

        double seconds() {
            return (System.nanoTime() - start) / 1e9;
        }

        double cpuSeconds() {
            return (cpu() - cpuStart) / 1e9;
        }

        private static long cpu() {
            return ProcessHandle.current()
                    .info()
                    .totalCpuDuration()
                    .map(java.time.Duration::toNanos)
                    .orElse(0L);
        }
    }
}
