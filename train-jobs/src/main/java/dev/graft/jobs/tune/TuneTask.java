// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import ai.djl.Device;
import dev.graft.adapt.AdaptedModel;
import dev.graft.adapt.AdapterFolder;
import dev.graft.adapt.Method;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.cluster.TaskDevice;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Storages;
import dev.graft.jobs.baseline.EngineDevice;
import dev.graft.jobs.tune.TokenTable.Part;
import dev.graft.jobs.tune.TuneSettings.Teaching;
import dev.graft.nn.Quantization;
import dev.graft.nn.engine.Threads;
import dev.graft.run.RunDirectory;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Place;
import dev.graft.storage.Storage;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.Checkpoint;
import dev.graft.train.Figures;
import dev.graft.train.Learner;
import dev.graft.train.LoopSettings;
import dev.graft.train.Objective;
import dev.graft.train.Progress;
import dev.graft.train.ProgressLines;
import dev.graft.train.TrainState;
import dev.graft.train.Trainer;
import dev.graft.train.data.Row;
import dev.graft.train.data.StoredRows;
import dev.graft.train.tracking.Trackers;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One arm with one seed: what happens within a task, which reads its rows from the table of tokens one by one. A task that is
 * run again takes up the last checkpoint.
 *
 * @param folder where it leaves its checkpoint, adapter and figures
 * @param table of the tokens
 * @param model folder or name of the base model
 * @param labels of annotated spans, or of texts
 * @param noises of the copies of the test part that it is tested on, too
 * @param fingerprint of all that the result depends on
 */
record TuneTask(
        String folder,
        String table,
        String model,
        String name,
        Teaching teaching,
        Method method,
        Quantization quantization,
        LoopSettings loop,
        int epochs,
        int maxSteps,
        int maxLength,
        List<String> labels,
        List<TestNoise> noises,
        Arm arm,
        long seed,
        String fingerprint)
        implements Serializable {
    static final String ADAPTER = "adapter";
    static final String CHECKPOINT = "checkpoint";
    private static final Logger LOG = LoggerFactory.getLogger(TuneTask.class);
    private static final double TOLD_SECONDS = 10;

    /**
     * What came of a training.
     *
     * @param rows that were learnt
     * @param before on each test, or on the validation part where there is no test, with the parameters that it started with;
     *     empty of what tunes nothing
     * @param after as {@code before}, with the parameters that are written
     * @param losses of each step, in nats a target
     * @param seconds of wall clock and cpuSeconds of the process, of the steps that this attempt took
     * @param tokens that these read, without padding
     */
    record Result(
            String arm,
            long seed,
            int rows,
            Map<String, Figures> before,
            Map<String, Figures> after,
            List<Float> losses,
            List<TrainState.Evaluation> evaluations,
            double seconds,
            double cpuSeconds,
            long tokens)
            implements Serializable {
        /** Of an arm that tunes nothing: it has no steps, and nothing that was before them. */
        static Result untuned(
                Arm arm, long seed, int rows, Map<String, Figures> figures, double seconds, double cpuSeconds) {
            return new Result(arm.name(), seed, rows, Map.of(), figures, List.of(), List.of(), seconds, cpuSeconds, 0);
        }
    }

    String title() {
        return arm.name() + ", seed " + seed;
    }

    /** The engine reads and writes files of this machine; where the run lies elsewhere, what came of it is copied there. */
    Result run(TaskDevice device) throws IOException {
        Place place = new Place(Storages.of(folder), folder);
        if (place.storage() instanceof LocalStorage) {
            Path here = Files.createDirectories(LocalStorage.path(folder));
            return written(run(here, device, Progress.SILENT), new Place(place.storage(), here.toString()));
        }
        Path here = Files.createTempDirectory("graft-training");
        try {
            Place copy = new Place(new LocalStorage(), here.toString());
            Result result = run(here, device, CheckpointMirror.of(copy.at(CHECKPOINT), place.at(CHECKPOINT)));
            Storage.copy(copy.at(ADAPTER), place.at(ADAPTER));
            Storage.copy(copy.at(Trackers.TENSORBOARD), place.at(Trackers.TENSORBOARD));
            return written(result, place);
        } finally {
            RunDirectory.delete(here);
        }
    }

    private static Result written(Result result, Place place) throws IOException {
        RunDirectory.write(place.at(TuneJob.METRICS), result);
        return result;
    }

    private Result run(Path here, TaskDevice device, Progress mirror) throws IOException {
        Threads.set(device.threads());
        ModelFolder files = Storages.files(model);
        Device engine = EngineDevice.of(device);
        try (Tokenizer tokenizer = Tokenizer.whole(files.tokenizer());
                AdaptedModel adapted = Subject.model(teaching, files, labels, method, quantization, seed, engine)) {
            if (maxLength > adapted.model().positions()) {
                throw new InputException("max-length is " + maxLength + "; allowed with " + model + " is from 3 to "
                        + adapted.model().positions());
            }
            return taught(Subject.of(teaching, maxLength, labels, files, tokenizer), adapted, here, mirror);
        }
    }

    private <R extends Row> Result taught(Subject<R> subject, AdaptedModel adapted, Path here, Progress mirror)
            throws IOException {
        boolean originals = !arm.kind().takesCopies();
        boolean looks = loop.earlyStop() > 0 || loop.evaluateEvery() > 0;
        try (StoredRows<R> rows = stored(subject, Part.TRAIN.column(), originals);
                StoredRows<R> validation = stored(subject, Part.VALIDATION.column(), true);
                Trackers trackers = new Trackers(
                        here,
                        "graft",
                        name + " " + title(),
                        new TreeMap<>(Map.of("arm", arm.name(), "seed", String.valueOf(seed))),
                        System.getenv(),
                        Clock.systemUTC(),
                        LOG::warn)) {
            Objective<R> objective = subject.objective().apply(adapted);
            int steps = steps(subject, rows);
            Count count = new Count(new ProgressLines(title(), TOLD_SECONDS, LOG::info));
            Trainer<R> trainer = new Trainer<>(
                    loop,
                    Learner.of(adapted),
                    objective,
                    rows,
                    looks ? validation : List.of(),
                    steps,
                    seed,
                    Progress.all(List.of(count, trackers, mirror)));
            TrainState start = trainer.start();
            Map<String, Figures> before = figures(subject, objective);
            before.values().stream().findFirst().ifPresent(figures -> trackers.evaluated(0, figures));
            Checkpoint checkpoint = new Checkpoint(here.resolve(CHECKPOINT), fingerprint + " " + title());
            TimeSpent spent = new TimeSpent();
            TrainState state = trainer.train(checkpoint.read().orElse(start), Optional.of(checkpoint));
            double seconds = spent.seconds();
            double cpuSeconds = spent.cpuSeconds();
            Map<String, Figures> after = figures(subject, objective);
            after.values().stream().findFirst().ifPresent(figures -> trackers.evaluated(steps, figures));
            trackers.finished();
            write(adapted, here.resolve(ADAPTER));
            LOG.info("{}: done, {}", title(), after);
            return new Result(
                    arm.name(),
                    seed,
                    rows.size(),
                    before,
                    after,
                    List.copyOf(state.losses()),
                    state.evaluations(),
                    seconds,
                    cpuSeconds,
                    count.tokens());
        }
    }

    private <R extends Row> StoredRows<R> stored(Subject<R> subject, String part, boolean originals)
            throws IOException {
        Path file = Files.createTempFile("rows", ".bin");
        return TokenTable.stored(table, part, originals, subject.format(), file);
    }

    /** At equal steps, as many as with all rows. */
    private <R extends Row> int steps(Subject<R> subject, StoredRows<R> rows) throws IOException {
        int all;
        if (arm.is(Arm.Kind.ORIGINALS_EQUAL_STEPS)) {
            try (StoredRows<R> every = stored(subject, Part.TRAIN.column(), false)) {
                all = Trainer.steps(every, loop, epochs, seed);
            }
        } else {
            all = Trainer.steps(rows, loop, epochs, seed);
        }
        return maxSteps > 0 ? Math.min(maxSteps, all) : all;
    }

    private <R extends Row> Map<String, Figures> figures(Subject<R> subject, Objective<R> objective)
            throws IOException {
        return figures(noises, part -> {
            try (StoredRows<R> rows = stored(subject, part, true)) {
                return rows.isEmpty() ? Optional.empty() : Optional.of(objective.evaluate(rows));
            }
        });
    }

    /** How good something is on a part of the table; empty where it has no rows. */
    @FunctionalInterface
    interface Evaluation {
        Optional<Figures> on(String part) throws IOException;
    }

    /** Of each test in the order of the recipe, the part as it is first; of the validation part where there is no test. */
    static Map<String, Figures> figures(List<TestNoise> noises, Evaluation evaluation) throws IOException {
        Map<String, String> parts = new LinkedHashMap<>(Map.of(TestNoise.TEST, Part.TEST.column()));
        noises.forEach(noise -> parts.put(noise.name(), noise.part()));
        Map<String, Figures> figures = new LinkedHashMap<>();
        for (Map.Entry<String, String> part : parts.entrySet()) {
            evaluation.on(part.getValue()).ifPresent(each -> figures.put(part.getKey(), each));
        }
        String validation = Part.VALIDATION.column();
        if (figures.isEmpty()) {
            evaluation.on(validation).ifPresent(each -> figures.put(validation, each));
        }
        return figures;
    }

    /** With the template beside it that it was taught with, so that it is asked in the same words. */
    private static void write(AdaptedModel model, Path folder) throws IOException {
        AdapterFolder.write(folder, model);
        Optional<String> template = model.files().chatTemplate();
        if (template.isPresent()) {
            Files.writeString(folder.resolve(TunedModel.TEMPLATE), template.get());
        }
    }

    /** Counts the tokens of all steps. */
    private static final class Count implements Progress {
        private final Progress told;
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

        long tokens() {
            return tokens;
        }
    }
}
