// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.adapt.Method;
import dev.graft.cluster.TaskDevice;
import dev.graft.jobs.Storages;
import dev.graft.jobs.baseline.EngineDevice;
import dev.graft.jobs.tune.Arm;
import dev.graft.jobs.tune.CheckpointMirror;
import dev.graft.jobs.tune.TestNoise;
import dev.graft.run.RunDirectory;
import dev.graft.stats.Metrics;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Place;
import dev.graft.storage.Storage;
import dev.graft.task.TextClassifier;
import dev.graft.train.ClassifierTrainer;
import dev.graft.train.ConsistencyTraining;
import dev.graft.train.Example;
import dev.graft.train.HeadStart;
import dev.graft.train.Lesson;
import dev.graft.train.Progress;
import dev.graft.train.ProgressLines;
import dev.graft.train.SelfTraining;
import dev.graft.train.TrainSettings;
import dev.graft.train.Trained;
import dev.graft.train.tracking.Trackers;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One arm with one seed: what happens within a task. Plain Java; a task that is run again takes up the last checkpoint.
 *
 * @param folder where it leaves its checkpoint, adapter and figures, on any file system
 * @param model name of the base model
 * @param balanced whether rows of rarer classes are repeated until all classes have as many
 * @param from directory of the stage whose adapter it starts with, null for none
 * @param consistency how the arm of that name learns, null of others
 * @param selfTraining as {@code consistency}
 * @param head what the head begins with, null for random numbers
 */
record Training(
        String folder,
        String model,
        TrainSettings settings,
        Method method,
        boolean balanced,
        @Nullable HeadStart head,
        @Nullable String from,
        @Nullable ConsistencyTraining consistency,
        @Nullable SelfTraining selfTraining,
        Arm arm,
        long seed,
        int steps)
        implements Serializable {
    private static final Logger LOG = LoggerFactory.getLogger(Training.class);
    private static final double REPORTED_SECONDS = 10;
    private static final String CHECKPOINT = "checkpoint";

    /**
     * What came of a training.
     *
     * @param losses of each step, in nats
     * @param tests by their names, in the order of the recipe
     * @param seconds of wall clock, of the steps that this attempt took
     * @param notes what else is told of it, such as the rows that joined
     */
    record Result(
            String arm,
            long seed,
            int rows,
            List<Float> losses,
            Map<String, Metrics> tests,
            double seconds,
            List<String> notes)
            implements Serializable {
        Result {
            notes = List.copyOf(notes);
        }

        /** Of the test part as it is. */
        Metrics test() {
            return test(TestNoise.TEST);
        }

        Metrics test(String name) {
            return Objects.requireNonNull(tests.get(name), name);
        }

        Result withSeed(long other) {
            return new Result(arm, other, rows, losses, tests, seconds, notes);
        }
    }

    String name() {
        return arm.name() + ", seed " + seed;
    }

    /** The folder of a training, below that of its run. */
    static String name(Arm arm, long seed) {
        return "training/" + arm.name() + "/" + seed;
    }

    static Place folder(Place run, String arm, long seed) {
        return run.at("training").at(arm).at(Long.toString(seed));
    }

    /** The engine reads and writes files of this machine; where the run lies elsewhere, they are copied back and forth. */
    Result run(Corpus corpus, TaskDevice device) throws IOException {
        Place place = new Place(Storages.of(folder), folder);
        if (place.storage() instanceof LocalStorage) {
            return run(corpus, device, LocalStorage.path(folder), any -> {});
        }
        Path here = Files.createTempDirectory("graft-training");
        try {
            Place copy = new Place(new LocalStorage(), here.toString());
            Result result = run(corpus, device, here, CheckpointMirror.of(copy.at(CHECKPOINT), place.at(CHECKPOINT)));
            Storage.copy(copy.at("adapter"), place.at("adapter"));
            Storage.copy(copy.at(Trackers.TENSORBOARD), place.at(Trackers.TENSORBOARD));
            RunDirectory.write(place.at("metrics.json"), result);
            return result;
        } finally {
            RunDirectory.delete(here);
        }
    }

    private Result run(Corpus corpus, TaskDevice device, Path folder, Progress mirror) throws IOException {
        long start = System.nanoTime();
        List<Example> rows = corpus.rows(arm);
        List<Example> chosenBy = settings.loop().earlyStop() > 0 ? corpus.validation() : List.of();
        Path checkpoints = Files.createDirectories(folder.resolve(CHECKPOINT));
        Trackers trackers = new Trackers(
                folder,
                "graft",
                name(),
                Map.of("arm", arm.name(), "seed", Long.toString(seed), "train", settings.toString()),
                System.getenv(),
                Clock.systemUTC(),
                LOG::warn);
        ClassifierTrainer trainer = new ClassifierTrainer(
                settings,
                method,
                Storages.files(model),
                corpus.labels(),
                seed,
                EngineDevice.of(device),
                device.threads(),
                Optional.of(checkpoints),
                told(mirror, trackers));
        Lesson lesson = Lesson.of(rows, steps)
                .validatedBy(selfTraining == null ? chosenBy : corpus.validation())
                .beside(corpus.unlabelled());
        if (head != null) {
            lesson = lesson.with(head);
        }
        if (consistency != null) {
            lesson = lesson.with(consistency);
        }
        if (from != null) {
            lesson = lesson.startingFrom(MetaLearning.weights(from, Storages.files(model), EngineDevice.of(device)));
        }
        if (balanced) {
            lesson = lesson.balanced();
        }
        try (trackers) {
            if (selfTraining != null) {
                try (SelfTraining.Outcome outcome = selfTraining.train(trainer, lesson)) {
                    List<String> notes = outcome.rounds().stream()
                            .map(round -> round + ": "
                                    + ofClasses(round.ofClass(corpus.labels().size()), corpus.labels()))
                            .toList();
                    return written(outcome.trained(), corpus, folder, notes, start, trackers);
                }
            }
            try (Trained trained = trainer.train(lesson)) {
                return written(trained, corpus, folder, List.of(), start, trackers);
            }
        }
    }

    private static String ofClasses(int[] counts, List<String> labels) {
        return IntStream.range(0, counts.length)
                .filter(label -> counts[label] > 0)
                .mapToObj(label -> labels.get(label) + " " + counts[label])
                .collect(Collectors.joining(", "));
    }

    private Result written(
            Trained trained, Corpus corpus, Path folder, List<String> notes, long start, Trackers trackers) {
        int rows = corpus.rows(arm).size();
        TextClassifier classifier = trained.classifier();
        Result result = new Result(
                arm.name(),
                seed,
                rows,
                trained.losses(),
                tests(classifier, corpus),
                (System.nanoTime() - start) / 1e9,
                notes);
        trackers.finished();
        classifier.save(folder.resolve("adapter"));
        RunDirectory.write(folder.resolve("metrics.json"), result);
        LOG.info(
                "{}: done, accuracy {}",
                name(),
                String.format("%.3f", result.test().accuracy()));
        return result;
    }

    /** How a classifier does in each test of a corpus. */
    static Map<String, Metrics> tests(TextClassifier classifier, Corpus corpus) {
        Map<String, Metrics> tests = new LinkedHashMap<>();
        corpus.tests().forEach((name, rows) -> {
            int[] predicted = Metrics.predictions(
                    classifier.logits(rows.stream().map(Example::text).toList()));
            int[] expected = rows.stream().mapToInt(Example::label).toArray();
            tests.put(name, Metrics.of(expected, predicted, corpus.labels().size()));
        });
        return tests;
    }

    private Progress told(Progress mirror, Progress trackers) {
        return Progress.all(List.of(mirror, trackers, new ProgressLines(name(), REPORTED_SECONDS, LOG::info)));
    }
}
