// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.adapt.LoraSettings;
import dev.graft.adapt.SequenceClassifier;
import dev.graft.checkpoint.BaseModel;
import dev.graft.nn.Masks;
import dev.graft.nn.Pass;
import dev.graft.nn.engine.GradMode;
import dev.graft.nn.engine.Gradients;
import dev.graft.nn.engine.Threads;
import dev.graft.random.Seeds;
import dev.graft.storage.Sha256;
import dev.graft.tokenize.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Fine-tunes a classifier with LoRA. Equal arguments give equal weights, bit for bit with one thread, whether or not the
 * training was cut off and taken up again, and whatever else trains in the same JVM.
 *
 * @param labels names of the classes; {@link Example#label} is an index into them
 * @param seed of the drawn parameters, the order of the rows and dropout
 * @param device where it is trained
 * @param threads of the CPU that an operation may use; the engine has one such number for the whole JVM
 * @param checkpoints folder that a checkpoint is written to after each epoch and that a training is taken up from;
 *     empty for neither
 */
public record Trainer(
        TrainSettings settings,
        LoraSettings lora,
        BaseModel base,
        List<String> labels,
        long seed,
        Device device,
        int threads,
        Optional<Path> checkpoints,
        Progress progress) {
    public Trainer {
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
        requireTrainable(examples, steps);
        SequenceClassifier classifier =
                new SequenceClassifier(base, lora, labels, settings.pooling(), settings.maxLength(), seed, device);
        try {
            Threads.set(threads);
            start.ifPresent(head -> {
                put(head.weight(), classifier, "classifier.weight");
                put(head.bias(), classifier, "classifier.bias");
            });
            return new Trained(classifier, losses(classifier, examples, steps, start.isPresent()));
        } catch (RuntimeException | Error e) {
            classifier.close();
            throw e;
        }
    }

    private static void put(float[] values, SequenceClassifier classifier, String name) {
        NDArray parameter = Objects.requireNonNull(classifier.parameters().get(name));
        if (parameter.size() != values.length) {
            throw new IllegalArgumentException("the head starts with " + values.length + " values of " + name
                    + "; allowed are " + parameter.size());
        }
        try (NDArray given = classifier.manager().create(values, parameter.getShape())) {
            given.copyTo(parameter);
        }
    }

    private List<Float> losses(SequenceClassifier classifier, List<Example> examples, int steps, boolean started) {
        String run = fingerprint(examples, steps, started);
        Rows rows = Rows.of(examples, classifier.tokenizer());
        Batches batches = new Batches(rows.lengths(), settings.batchSize(), seed);
        Schedule schedule = Schedule.of(settings, steps);
        List<Float> losses = new ArrayList<>();
        try (AdamW optimiser =
                new AdamW(classifier.parameters(), settings::rateOf, settings.weightDecay(), classifier.manager())) {
            resume(run, classifier, optimiser, losses);
            Iterator<int[]> plan = batches.from(losses.size());
            Masks masks = new Masks(seed);
            for (int step = losses.size(); step < steps; step++) {
                Rows batch = rows.select(plan.next());
                masks.reseed(Seeds.ofPurpose(seed, "dropout", step));
                float loss = backward(classifier, batch, Pass.training(masks));
                requireFinite(loss, step);
                optimiser.step(schedule.at(step), settings.maxGradNorm());
                losses.add(loss);
                if ((step + 1) % batches.perEpoch() == 0 || step + 1 == steps) {
                    save(run, classifier, optimiser, losses);
                }
                progress.after(new Progress.Step(
                        step + 1, steps, loss, schedule.at(step), batch.ids().size(), batch.tokens()));
            }
        }
        return losses;
    }

    private void resume(String run, SequenceClassifier classifier, AdamW optimiser, List<Float> losses) {
        Optional<Checkpoint> found = checkpoints.flatMap(folder -> Checkpoint.read(folder, run));
        found.ifPresent(checkpoint -> {
            classifier.restore(checkpoint.parameters(), "the checkpoint");
            optimiser.restore(checkpoint.moments(), checkpoint.steps());
            losses.addAll(checkpoint.losses());
        });
    }

    private void save(String run, SequenceClassifier classifier, AdamW optimiser, List<Float> losses) {
        checkpoints.ifPresent(
                folder -> new Checkpoint(run, classifier.weights(), optimiser.moments(), losses).write(folder));
    }

    /** Leaves the gradients at the parameters and answers the loss; nothing else of the step stays in memory. */
    private static float backward(SequenceClassifier classifier, Rows rows, Pass pass) {
        try (GradMode on = GradMode.on();
                NDManager scope = classifier.manager().newSubManager()) {
            NDArray logits = classifier.forward(Tokenizer.pad(rows.ids(), scope), pass); // (B, C)
            NDArray loss = crossEntropy(logits, scope.create(rows.labels(), new Shape(rows.labels().length, 1)));
            Gradients.backward(loss);
            return loss.getFloat();
        }
    }

    /** Mean of the negative log-likelihood of logits (B, C), given the expected classes (B, 1). */
    private static NDArray crossEntropy(NDArray logits, NDArray expected) {
        return logits.logSoftmax(-1).gather(expected, 1).mean().neg();
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

    private static void requireFinite(float loss, int step) {
        if (!Float.isFinite(loss)) {
            throw new TrainingException("the loss is " + loss + " at step " + (step + 1)
                    + "; a lower learning-rate or max-grad-norm may help");
        }
    }

    /** SHA-256 of all that determines the result, as hex; what a head starts with is determined by the rest. */
    private String fingerprint(List<Example> examples, int steps, boolean started) {
        MessageDigest digest = Sha256.digest();
        digest.update(List.of(settings, lora, base.sha256(), labels, seed, steps, started)
                .toString()
                .getBytes(StandardCharsets.UTF_8));
        for (Example example : examples) {
            digest.update(example.toString().getBytes(StandardCharsets.UTF_8));
        }
        return Sha256.hex(digest.digest());
    }
}
