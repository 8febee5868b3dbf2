// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import java.util.List;

/** Told after each optimiser step; what it throws ends the training. */
@FunctionalInterface
public interface Progress {
    /** Tells nobody. */
    Progress SILENT = step -> {};

    /** Tells several, one after the other. */
    static Progress all(List<Progress> told) {
        return new Progress() {
            @Override
            public void after(Step step) {
                told.forEach(each -> each.after(step));
            }

            @Override
            public void evaluated(int step, Figures figures) {
                told.forEach(each -> each.evaluated(step, figures));
            }
        };
    }

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
