// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

/** Told after each optimiser step; what it throws ends the training. */
@FunctionalInterface
public interface Progress {
    /** Tells nobody. */
    Progress SILENT = step -> {};

    void after(Step step);

    /** Told after an evaluation on the validation part. */
    default void evaluated(int step, Figures figures) {}

    /**
     * @param number of the step, from 1
     * @param steps in all
     * @param loss mean over the targets of the step, in nats
     * @param learningRate that the step was taken with
     * @param rows in the batch
     * @param tokens in the batch, without padding
     */
    record Step(int number, int steps, double loss, double learningRate, int rows, long tokens) {}
}
