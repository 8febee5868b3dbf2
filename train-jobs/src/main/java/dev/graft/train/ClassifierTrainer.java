// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.adapt.Method;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.engine.Threads;
import dev.graft.storage.Sha256;
import dev.graft.task.TextClassifier;
import dev.graft.train.data.Labelled;
import dev.graft.train.data.Row;
import dev.graft.train.data.SeenRows;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Fine-tunes a classifier of any family with an adapter. Equal arguments give equal weights, bit for bit with one thread, whether or not the
 * training was cut off and taken up again, and whatever else trains in the same JVM.
 *
 * @param labels names of the classes; {@link Example#label} is an index into them
 * @param seed of the drawn parameters, the order of the rows and dropout
 * @param device where it is trained
 * @param threads of the CPU that an operation may use; the engine has one such number for the whole JVM
 * @param checkpoints folder that a checkpoint is written to after each epoch and that a training is taken up from;
 *     empty for neither
 */
public record ClassifierTrainer(
        TrainSettings settings,
        Method method,
        ModelFolder base,
        List<String> labels,
        long seed,
        Device device,
        int threads,
        Optional<Path> checkpoints,
        Progress progress) {
    public ClassifierTrainer {
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + "; allowed is 1 or more");
        }
        labels = List.copyOf(labels);
    }

    /** The same with checkpoints, if it has some, in a folder below. */
    ClassifierTrainer inFolder(String name) {
        return new ClassifierTrainer(
                settings,
                method,
                base,
                labels,
                seed,
                device,
                threads,
                checkpoints.map(folder -> folder.resolve(name)),
                progress);
    }

    /** Trains for as many steps as the settings say. */
    public Trained train(List<Example> examples) {
        return train(examples, settings.steps(examples.size()));
    }

    /**
     * Trains for a given number of optimiser steps, as many epochs as that takes.
     *
     * @throws IllegalArgumentException if there are no examples or steps, or a label is not one
     * @throws TrainingException if the loss is no longer a number
     * @throws dev.graft.checkpoint.CheckpointException if the folder holds the checkpoint of another run
     */
    public Trained train(List<Example> examples, int steps) {
        return train(examples, steps, Optional.empty());
    }

    /** As {@link #train(List, int)}, where the head starts with given values. */
    public Trained train(List<Example> examples, int steps, Optional<HeadStart> start) {
        return train(examples, List.of(), steps, start);
    }

    /**
     * As {@link #train(List, int, Optional)}.
     *
     * @param validation by which the training stops early, where the settings say so
     */
    public Trained train(List<Example> examples, List<Example> validation, int steps, Optional<HeadStart> start) {
        Lesson lesson = Lesson.of(examples, steps).validatedBy(validation);
        return train(start.map(lesson::with).orElse(lesson));
    }

    /**
     * As {@link #train(List, int)}.
     *
     * @throws CheckpointException also if the lesson's parameters are not the model's
     */
    public Trained train(Lesson lesson) {
        requireTrainable(lesson.examples(), lesson.steps());
        TextClassifier classifier =
                TextClassifier.untrained(base, method, labels, settings.pooling(), settings.maxLength(), seed, device);
        try {
            Threads.set(threads);
            lesson.from().ifPresent(weights -> start(weights, classifier));
            lesson.head().ifPresent(head -> {
                put(head.weight(), classifier, "classifier.weight");
                put(head.bias(), classifier, "classifier.bias");
            });
            List<Labelled> rows =
                    new TokenisedExamples(lesson.examples(), classifier.tokenizer(), settings.maxLength());
            List<Labelled> validation =
                    new TokenisedExamples(lesson.validation(), classifier.tokenizer(), settings.maxLength());
            List<Float> losses = lesson.consistency().isEmpty()
                    ? losses(classifier, lesson, new Classification(classifier), rows, validation)
                    : losses(
                            classifier,
                            lesson,
                            ConsistentClassification.of(
                                    classifier, lesson.consistency().get(), lesson.unlabelled()),
                            SeenRows.each(rows, ConsistentClassification.Drawn::new),
                            SeenRows.each(validation, ConsistentClassification.Drawn::new));
            return new Trained(classifier, losses);
        } catch (RuntimeException | Error e) {
            classifier.close();
            throw e;
        }
    }

    private <R extends Row> List<Float> losses(
            TextClassifier classifier, Lesson lesson, Objective<R> objective, List<R> rows, List<R> validation) {
        Trainer<R> loop = new Trainer<>(
                settings.loop(),
                learner(classifier, settings, method),
                objective,
                rows,
                validation,
                lesson.steps(),
                seed,
                progress);
        Optional<Checkpoint> checkpoint = checkpoints.map(folder -> new Checkpoint(folder, fingerprint(lesson)));
        return loop.train(
                        checkpoint
                                .flatMap(Checkpoint::read)
                                .orElseGet(lesson.from().isPresent() ? loop::now : loop::start),
                        checkpoint)
                .losses();
    }

    /**
     * All that an earlier training has left but its head, which was for other classes; what it did not move stays.
     *
     * @throws IllegalArgumentException if it moved nothing that the classifier trains
     */
    public static void start(Weights from, TextClassifier classifier) {
        Set<String> given = new TreeSet<>(from.names());
        given.removeIf(name -> isHead(name) || !classifier.model().parameters().containsKey(name));
        if (given.isEmpty()) {
            throw new IllegalArgumentException(
                    "what it starts from has none of the parameters that are trained; it has "
                            + from.names().stream().limit(5).toList()
                            + ", and allowed are those of the same method: "
                            + classifier.model().parameters().keySet().stream()
                                    .limit(5)
                                    .toList());
        }
        List<Tensor> all = classifier.model().weights().tensors().stream()
                .map(tensor -> given.contains(tensor.name()) ? from.tensor(tensor.name()) : tensor)
                .toList();
        classifier.model().restore(new Weights(all), "what the training starts from");
    }

    /** Whether a parameter is of the head, by its Hugging Face name. */
    public static boolean isHead(String parameter) {
        return parameter.startsWith("classifier.") || parameter.startsWith("score.");
    }

    /** What of a classifier the loop moves, at the rates that the settings and the method say. */
    public static Learner learner(TextClassifier classifier, TrainSettings settings, Method method) {
        return new Learner() {
            @Override
            public NDManager manager() {
                return classifier.model().manager();
            }

            @Override
            public SortedMap<String, NDArray> parameters() {
                return classifier.model().parameters();
            }

            @Override
            public double rate(String parameter) {
                return settings.rateOf(parameter) * method.rate(parameter);
            }

            @Override
            public void start(Runnable backward) {
                classifier.model().start(backward);
            }

            @Override
            public Weights weights() {
                return classifier.model().weights();
            }

            @Override
            public void restore(Weights weights, String place) {
                classifier.model().restore(weights, place);
            }
        };
    }

    private static void put(float[] values, TextClassifier classifier, String name) {
        NDArray parameter =
                Objects.requireNonNull(classifier.model().parameters().get(name));
        if (parameter.size() != values.length) {
            throw new IllegalArgumentException("the head starts with " + values.length + " values of " + name
                    + "; allowed are " + parameter.size());
        }
        try (NDArray given = classifier.model().manager().create(values, parameter.getShape())) {
            given.copyTo(parameter);
        }
    }

    private void requireTrainable(List<Example> examples, int steps) {
        if (examples.isEmpty() || steps < 1) {
            throw new IllegalArgumentException(
                    "given are " + examples.size() + " examples and " + steps + " steps; allowed is 1 or more of each");
        }
        for (int row = 0; row < examples.size(); row++) {
            if (examples.get(row).label() >= labels.size()) {
                throw new IllegalArgumentException("example " + row + " has label "
                        + examples.get(row).label() + "; allowed is from 0 to " + (labels.size() - 1));
            }
        }
    }

    /** SHA-256 of all that determines the result, as hex; what a head starts with is determined by the rest. */
    private String fingerprint(Lesson lesson) {
        MessageDigest digest = Sha256.digest();
        digest.update(List.of(
                        settings,
                        method,
                        base.weights().sha256(),
                        labels,
                        seed,
                        lesson.steps(),
                        lesson.head().isPresent(),
                        lesson.consistency())
                .toString()
                .getBytes(StandardCharsets.UTF_8));
        for (List<Example> rows : List.of(lesson.examples(), lesson.validation())) {
            for (Example example : rows) {
                digest.update(example.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        if (lesson.consistency().isPresent()) {
            for (Unlabelled row : lesson.unlabelled()) {
                digest.update(row.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        lesson.from()
                .ifPresent(weights -> weights.tensors().forEach(tensor -> {
                    digest.update(tensor.name().getBytes(StandardCharsets.UTF_8));
                    ByteBuffer values = ByteBuffer.allocate(Math.multiplyExact(4, tensor.size()));
                    tensor.read(values);
                    digest.update(values.rewind());
                }));
        return Sha256.hex(digest.digest());
    }
}
