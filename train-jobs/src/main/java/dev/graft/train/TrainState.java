// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.checkpoint.Weights;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * Where a training stands. The order of the rows and all draws come from the number of the step, so they need no place here.
 *
 * @param parameters by name
 * @param moments by name, as {@link AdamW#moments} gives them
 * @param losses of the steps taken; mean over the targets of the step, in nats
 * @param evaluations on the validation part, in order
 * @param best the parameters of the evaluation with the lowest loss, where the training may stop early
 */
public record TrainState(
        Weights parameters, Weights moments, List<Float> losses, List<Evaluation> evaluations, Optional<Weights> best) {
    /**
     * @param step after which it was made, from 1
     * @param loss mean over the targets, in nats
     */
    public record Evaluation(int step, float loss) implements Serializable {}

    public TrainState {
        losses = List.copyOf(losses);
        evaluations = List.copyOf(evaluations);
    }

    public int steps() {
        return losses.size();
    }

    /** The evaluations since the one with the lowest loss. */
    int sinceBest() {
        int best = 0;
        for (int i = 0; i < evaluations.size(); i++) {
            best = evaluations.get(i).loss < evaluations.get(best).loss ? i : best;
        }
        return evaluations.isEmpty() ? 0 : evaluations.size() - 1 - best;
    }
}
