// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.config.Settings;
import java.io.Serializable;

/**
 * How the loop moves, whatever is learnt.
 *
 * @param learningRate peak learning rate, more than 0 and up to 1
 * @param schedule what it does after the warm-up
 * @param warmupRatio share of the steps in which it rises, from 0 to 1
 * @param weightDecay decoupled weight decay of matrices, from 0 to 1
 * @param maxGradNorm gradients are scaled down to this global norm, more than 0
 * @param batchSize rows a step, at least 1
 * @param batchTokens where it is more than 0, a step takes rows of like length up to so many tokens, padding counted, in the
 *     place of {@code batchSize} rows
 * @param passTokens the most tokens of one pass, padding counted; a step takes as many passes as that makes. It bounds the
 *     memory and does not change the result; 0 for one pass a step
 * @param evaluateEvery steps between evaluations on the validation part; 0 for one at the end of each epoch
 * @param checkpointEvery steps between checkpoints; 0 for one at the end of each epoch
 * @param earlyStop evaluations without a lower loss after which the training stops, and the parameters of the lowest loss are
 *     taken; 0 to train to the end and take the last ones
 * @param activationCheckpointing whether layers are computed again on the way back, which takes less memory and more time, and
 *     does not change the result; default false
 */
public record LoopSettings(
        double learningRate,
        Schedule.Kind schedule,
        double warmupRatio,
        double weightDecay,
        double maxGradNorm,
        int batchSize,
        int batchTokens,
        int passTokens,
        int evaluateEvery,
        int checkpointEvery,
        int earlyStop,
        boolean activationCheckpointing)
        implements Serializable {
    static final int MOST = 1_000_000_000;

    public LoopSettings {
        check(learningRate > 0 && learningRate <= 1, "learning-rate", learningRate, "more than 0 and up to 1");
        check(warmupRatio >= 0 && warmupRatio <= 1, "warmup-ratio", warmupRatio, "from 0 to 1");
        check(weightDecay >= 0 && weightDecay <= 1, "weight-decay", weightDecay, "from 0 to 1");
        check(maxGradNorm > 0, "max-grad-norm", maxGradNorm, "more than 0");
        check(batchSize >= 1, "batch-size", batchSize, "1 or more");
        check(batchTokens >= 0, "batch-tokens", batchTokens, "0 (by rows) or more");
        check(passTokens >= 0, "pass-tokens", passTokens, "0 (one pass a step) or more");
        check(evaluateEvery >= 0, "evaluate-every", evaluateEvery, "0 (each epoch) or more");
        check(checkpointEvery >= 0, "checkpoint-every", checkpointEvery, "0 (each epoch) or more");
        check(earlyStop >= 0, "early-stop", earlyStop, "0 (never) or more");
    }

    /** Without activation checkpointing. */
    public LoopSettings(
            double learningRate,
            Schedule.Kind schedule,
            double warmupRatio,
            double weightDecay,
            double maxGradNorm,
            int batchSize,
            int batchTokens,
            int passTokens,
            int evaluateEvery,
            int checkpointEvery,
            int earlyStop) {
        this(
                learningRate,
                schedule,
                warmupRatio,
                weightDecay,
                maxGradNorm,
                batchSize,
                batchTokens,
                passTokens,
                evaluateEvery,
                checkpointEvery,
                earlyStop,
                false);
    }

    /** The same with activation checkpointing, or without. */
    public LoopSettings checkpointing(boolean on) {
        return with(learningRate, on);
    }

    /** The same at another peak rate. */
    public LoopSettings at(double rate) {
        return with(rate, activationCheckpointing);
    }

    private LoopSettings with(double rate, boolean checkpointing) {
        return new LoopSettings(
                rate,
                schedule,
                warmupRatio,
                weightDecay,
                maxGradNorm,
                batchSize,
                batchTokens,
                passTokens,
                evaluateEvery,
                checkpointEvery,
                earlyStop,
                checkpointing);
    }

    /**
     * @param fallback what stands where the configuration says nothing
     */
    public static LoopSettings read(Settings train, LoopSettings fallback) {
        return new LoopSettings(
                train.number("learning-rate", fallback.learningRate, 1e-9, 1),
                train.choice("schedule", Schedule.Kind.class, fallback.schedule),
                train.number("warmup-ratio", fallback.warmupRatio, 0, 1),
                train.number("weight-decay", fallback.weightDecay, 0, 1),
                train.number("max-grad-norm", fallback.maxGradNorm, 1e-9, 1e9),
                train.integer("batch-size", fallback.batchSize, 1, MOST),
                train.integer("batch-tokens", fallback.batchTokens, 0, MOST),
                train.integer("pass-tokens", fallback.passTokens, 0, MOST),
                train.integer("evaluate-every", fallback.evaluateEvery, 0, MOST),
                train.integer("checkpoint-every", fallback.checkpointEvery, 0, MOST),
                train.integer("early-stop", fallback.earlyStop, 0, MOST),
                train.flag("activation-checkpointing", fallback.activationCheckpointing));
    }

    static void check(boolean allowed, String key, Number given, String range) {
        if (!allowed) {
            throw new IllegalArgumentException(key + " is " + given + "; allowed is " + range);
        }
    }
}
