// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import ai.djl.Device;
import dev.graft.adapt.LoraSettings;
import dev.graft.adapt.SequenceClassifier;
import dev.graft.checkpoint.BaseModel;
import dev.graft.cluster.TaskDevice;
import dev.graft.config.Settings;
import dev.graft.run.RunDirectory;
import dev.graft.stats.Metrics;
import dev.graft.train.Example;
import dev.graft.train.Progress;
import dev.graft.train.TrainSettings;
import dev.graft.train.Trained;
import dev.graft.train.Trainer;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One arm with one seed: what happens within a task. Plain Java; a task that is run again takes up the last checkpoint.
 *
 * @param out directory of the run
 * @param model name of the base model
 */
record Training(String out, String model, TrainSettings settings, LoraSettings lora, Arm arm, long seed, int steps)
        implements Serializable {
    private static final Logger LOG = LoggerFactory.getLogger(Training.class);
    private static final long REPORT_NANOS = 10_000_000_000L;

    /**
     * What came of a training.
     *
     * @param losses of each step, in nats
     * @param seconds of wall clock, of the steps that this attempt took
     */
    record Result(Arm arm, long seed, int rows, List<Float> losses, Metrics test, Metrics testWithTypos, double seconds)
            implements Serializable {}

    String name() {
        return Settings.name(arm) + ", seed " + seed;
    }

    private Path folder() {
        return folder(out, arm, seed);
    }

    /** Where a training of a run leaves its checkpoint, adapter and figures. */
    static Path folder(String out, Arm arm, long seed) {
        return Path.of(out, "training", Settings.name(arm), Long.toString(seed));
    }

    Result run(Corpus corpus, TaskDevice device) throws IOException {
        long start = System.nanoTime();
        List<Example> rows = corpus.rows(arm);
        Path checkpoints = Files.createDirectories(folder().resolve("checkpoint"));
        Trainer trainer = new Trainer(
                settings,
                lora,
                BaseModel.load(model),
                corpus.labels(),
                seed,
                device(device),
                device.threads(),
                Optional.of(checkpoints),
                new Report(name()));
        try (Trained trained = trainer.train(rows, steps)) {
            SequenceClassifier classifier = trained.classifier();
            Result result = new Result(
                    arm,
                    seed,
                    rows.size(),
                    trained.losses(),
                    metrics(classifier::logits, corpus.test(), corpus.labels().size()),
                    metrics(
                            classifier::logits,
                            corpus.testWithTypos(),
                            corpus.labels().size()),
                    (System.nanoTime() - start) / 1e9);
            classifier.save(folder().resolve("adapter"));
            RunDirectory.write(folder().resolve("metrics.json"), result);
            LOG.info(
                    "{}: done, accuracy {}",
                    name(),
                    String.format("%.3f", result.test().accuracy()));
            return result;
        }
    }

    /**
     * @param logits of texts, [text][class]
     */
    static Metrics metrics(Function<List<String>, float[][]> logits, List<Example> rows, int classes) {
        int[] predicted = Metrics.predictions(
                logits.apply(rows.stream().map(Example::text).toList()));
        return Metrics.of(rows.stream().mapToInt(Example::label).toArray(), predicted, classes);
    }

    static Device device(TaskDevice device) {
        return switch (device.kind()) {
            case CPU -> Device.cpu();
            case GPU -> Device.gpu(device.index());
        };
    }

    /** A line every ten seconds: step, loss, tokens a second, time left. */
    private static final class Report implements Progress {
        private final String name;
        private long last = System.nanoTime();
        private long tokens;
        private int steps;

        Report(String name) {
            this.name = name;
        }

        @Override
        public void after(Step step) {
            tokens += step.tokens();
            steps++;
            long now = System.nanoTime();
            if (now - last >= REPORT_NANOS) {
                double seconds = (now - last) / 1e9;
                LOG.info(
                        "{}: step {} of {}, loss {}, {} tokens/s, {} s left",
                        name,
                        step.number(),
                        step.steps(),
                        String.format("%.3f", step.loss()),
                        Math.round(tokens / seconds),
                        Math.round((step.steps() - step.number()) * seconds / steps));
                last = now;
                tokens = 0;
                steps = 0;
            }
        }
    }
}
