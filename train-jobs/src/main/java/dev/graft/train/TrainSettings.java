// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.adapt.Pooling;
import dev.graft.config.Settings;
import java.io.Serializable;

/**
 * Training in the configuration.
 *
 * @param learningRate peak learning rate, more than 0; default 1e-3
 * @param epochs times that each row is seen, at least 1; default 10
 * @param maxSteps most optimiser steps, even if {@code epochs} would be more; 0, the default, for no such bound
 * @param batchSize rows a step, at least 1; default 32
 * @param warmupRatio share of the steps in which the learning rate rises, from 0 to 1; default 0.1
 * @param weightDecay decoupled weight decay of matrices, from 0 to 1; default 0.01
 * @param maxGradNorm gradients are scaled down to this global norm, more than 0; default 1
 * @param maxLength tokens that a text is cut to, at least 3; default 128
 * @param headLearningRate peak learning rate of the head, which starts from nothing; default ten times that of the rest
 * @param pooling what the head sees; default the mean of the tokens
 */
public record TrainSettings(
        double learningRate,
        int epochs,
        int maxSteps,
        int batchSize,
        double warmupRatio,
        double weightDecay,
        double maxGradNorm,
        int maxLength,
        double headLearningRate,
        Pooling pooling)
        implements Serializable {
    /** What stands where the configuration says nothing. */
    public static final TrainSettings DEFAULTS =
            new TrainSettings(1e-3, 10, 0, 32, 0.1, 0.01, 1, 128, 1e-2, Pooling.MEAN);

    private static final double HEAD_RATE = 10;
    private static final int MOST = 1_000_000_000;

    public TrainSettings {
        check(learningRate > 0 && learningRate <= 1, "learning-rate", learningRate, "more than 0 and up to 1");
        check(epochs >= 1, "epochs", epochs, "1 or more");
        check(maxSteps >= 0, "max-steps", maxSteps, "0 (by epochs) or more");
        check(batchSize >= 1, "batch-size", batchSize, "1 or more");
        check(warmupRatio >= 0 && warmupRatio <= 1, "warmup-ratio", warmupRatio, "from 0 to 1");
        check(weightDecay >= 0 && weightDecay <= 1, "weight-decay", weightDecay, "from 0 to 1");
        check(maxGradNorm > 0, "max-grad-norm", maxGradNorm, "more than 0");
        check(maxLength >= 3, "max-length", maxLength, "3 or more");
        check(
                headLearningRate > 0 && headLearningRate <= 1,
                "head-learning-rate",
                headLearningRate,
                "more than 0 and up to 1");
    }

    public static TrainSettings read(Settings train) {
        double learningRate = train.number("learning-rate", DEFAULTS.learningRate, 1e-9, 1);
        return new TrainSettings(
                learningRate,
                train.integer("epochs", DEFAULTS.epochs, 1, MOST),
                train.integer("max-steps", DEFAULTS.maxSteps, 0, MOST),
                train.integer("batch-size", DEFAULTS.batchSize, 1, MOST),
                train.number("warmup-ratio", DEFAULTS.warmupRatio, 0, 1),
                train.number("weight-decay", DEFAULTS.weightDecay, 0, 1),
                train.number("max-grad-norm", DEFAULTS.maxGradNorm, 1e-9, 1e9),
                train.integer("max-length", DEFAULTS.maxLength, 3, MOST),
                train.number("head-learning-rate", Math.min(1, HEAD_RATE * learningRate), 1e-9, 1),
                train.choice("pooling", Pooling.class, DEFAULTS.pooling));
    }

    /** The optimiser steps that {@code rows} rows are trained for. */
    public int steps(int rows) {
        int all = Math.multiplyExact(epochs, (rows + batchSize - 1) / batchSize);
        return maxSteps > 0 ? Math.min(maxSteps, all) : all;
    }

    /** How much faster than the rest a parameter learns, by its Hugging Face name. */
    double rateOf(String parameter) {
        return parameter.startsWith("classifier.") ? headLearningRate / learningRate : 1;
    }

    private static void check(boolean allowed, String key, Number given, String range) {
        if (!allowed) {
            throw new IllegalArgumentException(key + " is " + given + "; allowed is " + range);
        }
    }
}
