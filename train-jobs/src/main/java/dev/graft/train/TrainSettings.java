// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.adapt.Pooling;
import dev.graft.config.Settings;
import java.io.Serializable;

/**
 * Training of a classifier in the configuration.
 *
 * @param loop how the loop moves; default a rate of 1e-3 with linear decay, 32 rows a step
 * @param epochs times that each row is seen, at least 1; default 10
 * @param maxSteps most optimiser steps, even if {@code epochs} would be more; 0, the default, for no such bound
 * @param maxLength tokens that a text is cut to, at least 3; default 128
 * @param headLearningRate peak learning rate of the head, which starts from nothing; default ten times that of the rest
 * @param pooling what the head sees; default the mean of the tokens
 */
public record TrainSettings(
        LoopSettings loop, int epochs, int maxSteps, int maxLength, double headLearningRate, Pooling pooling)
        implements Serializable {
    /** What stands where the configuration says nothing. */
    public static final TrainSettings DEFAULTS = new TrainSettings(
            new LoopSettings(1e-3, Schedule.Kind.LINEAR, 0.1, 0.01, 1, 32, 0, 0, 0, 0, 0),
            10,
            0,
            128,
            1e-2,
            Pooling.MEAN);

    private static final double HEAD_RATE = 10;

    public TrainSettings {
        LoopSettings.check(
                loop.batchTokens() == 0, "batch-tokens", loop.batchTokens(), "0: a classifier's batches are of rows");
        LoopSettings.check(epochs >= 1, "epochs", epochs, "1 or more");
        LoopSettings.check(maxSteps >= 0, "max-steps", maxSteps, "0 (by epochs) or more");
        LoopSettings.check(maxLength >= 3, "max-length", maxLength, "3 or more");
        LoopSettings.check(
                headLearningRate > 0 && headLearningRate <= 1,
                "head-learning-rate",
                headLearningRate,
                "more than 0 and up to 1");
    }

    /** Of a training stage; what the head sees stands in its {@code objective}. */
    public static TrainSettings read(Settings train) {
        LoopSettings loop = LoopSettings.read(train, DEFAULTS.loop);
        return new TrainSettings(
                loop,
                train.integer("epochs", DEFAULTS.epochs, 1, LoopSettings.MOST),
                train.integer("max-steps", DEFAULTS.maxSteps, 0, LoopSettings.MOST),
                train.integer("max-length", DEFAULTS.maxLength, 3, LoopSettings.MOST),
                train.number("head-learning-rate", Math.min(1, HEAD_RATE * loop.learningRate()), 1e-9, 1),
                train.section("objective").choice("pooling", Pooling.class, DEFAULTS.pooling));
    }

    /** The optimiser steps that {@code rows} rows are trained for. */
    public int steps(int rows) {
        int all = Math.multiplyExact(epochs, (rows + loop.batchSize() - 1) / loop.batchSize());
        return maxSteps > 0 ? Math.min(maxSteps, all) : all;
    }

    /** How much faster than the rest a parameter learns, by its Hugging Face name. */
    double rateOf(String parameter) {
        return ClassifierTrainer.isHead(parameter) ? headLearningRate / loop.learningRate() : 1;
    }
}
