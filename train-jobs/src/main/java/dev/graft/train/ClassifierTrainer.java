// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.adapt.Method;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.engine.Threads;
import dev.graft.storage.Sha256;
import dev.graft.task.TextClassifier;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.data.Labelled;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Fine-tunes a classifier with an adapter. Equal arguments give equal weights, bit for bit with one thread, whether or not the
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
        BaseModel base,
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
        requireTrainable(examples, steps);
        TextClassifier classifier = TextClassifier.untrained(
                base.files(), method, labels, settings.pooling(), settings.maxLength(), seed, device);
        try {
            Threads.set(threads);
            start.ifPresent(head -> {
                put(head.weight(), classifier, "classifier.weight");
                put(head.bias(), classifier, "classifier.bias");
            });
            Trainer<Labelled> loop = new Trainer<>(
                    settings.loop(),
                    learner(classifier),
                    new Classification(classifier),
                    rows(examples, classifier.tokenizer()),
                    rows(validation, classifier.tokenizer()),
                    steps,
                    seed,
                    progress);
            String run = fingerprint(examples, validation, steps, start.isPresent());
            Optional<Checkpoint> checkpoint = checkpoints.map(folder -> new Checkpoint(folder, run));
            TrainState state = loop.train(checkpoint.flatMap(Checkpoint::read).orElseGet(loop::start), checkpoint);
            return new Trained(classifier, state.losses());
        } catch (RuntimeException | Error e) {
            classifier.close();
            throw e;
        }
    }

    private static List<Labelled> rows(List<Example> examples, Tokenizer tokenizer) {
        List<Labelled> rows = new ArrayList<>();
        for (Example example : examples) {
            rows.add(new Labelled("example " + rows.size(), tokenizer.ids(example.text()), example.label()));
        }
        return rows;
    }

    private Learner learner(TextClassifier classifier) {
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
    private String fingerprint(List<Example> examples, List<Example> validation, int steps, boolean started) {
        MessageDigest digest = Sha256.digest();
        digest.update(List.of(settings, method, base.sha256(), labels, seed, steps, started)
                .toString()
                .getBytes(StandardCharsets.UTF_8));
        List<Example> all = new ArrayList<>(examples);
        all.addAll(validation);
        for (Example example : all) {
            digest.update(example.toString().getBytes(StandardCharsets.UTF_8));
        }
        return Sha256.hex(digest.digest());
    }
}
