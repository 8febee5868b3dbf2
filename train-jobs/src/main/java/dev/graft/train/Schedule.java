// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

/**
 * Linear warm-up and linear decay. The peak is reached at the last step of the warm-up; the first step and the last one
 * still move.
 *
 * @param peak highest learning rate
 * @param warmup steps of the warm-up, from 0 to {@code steps}
 * @param steps in all
 */
record Schedule(double peak, int warmup, int steps) {
    static Schedule of(TrainSettings settings, int steps) {
        return new Schedule(settings.learningRate(), (int) Math.ceil(settings.warmupRatio() * steps), steps);
    }

    /**
     * @param step from 0
     */
    double at(int step) {
        return step < warmup ? peak * (step + 1) / warmup : peak * (steps - step) / (steps - warmup);
    }
}
