// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.nn.Pass;
import dev.graft.nn.engine.Gradients;
import dev.graft.train.data.Row;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a first step would see; it is not taken.
 *
 * @param loss mean over the targets, in nats
 * @param norms of the gradient of each trained parameter, by name
 */
public record FirstStep(double loss, SortedMap<String, Double> norms) {
    /** As {@link #of(Learner, Objective, List, boolean)}, without. */
    public static <R extends Row> FirstStep of(Learner learner, Objective<R> objective, List<R> rows) {
        return of(learner, objective, rows, false);
    }

    /**
     * @param rows that are read together
     * @param checkpointing whether activations are computed again on the way back
     */
    public static <R extends Row> FirstStep of(
            Learner learner, Objective<R> objective, List<R> rows, boolean checkpointing) {
        SortedMap<String, NDArray> parameters = learner.parameters();
        parameters.values().forEach(each -> each.setRequiresGradient(true));
        int targets = rows.stream().mapToInt(Row::targets).sum();
        double loss = objective.learn(rows, 1.0 / targets, Pass.EVALUATION.checkpointing(checkpointing)) / targets;
        SortedMap<String, Double> norms = new TreeMap<>();
        parameters.forEach((name, parameter) -> {
            try (NDManager scope = learner.manager().newSubManager()) {
                NDArray gradient = parameter.getGradient();
                gradient.attach(scope);
                norms.put(name, Math.sqrt(gradient.square().sum().getFloat()));
            }
            Gradients.clear(parameter);
            parameter.setRequiresGradient(false);
        });
        return new FirstStep(loss, norms);
    }

    /** The global norm. */
    public double norm() {
        return Math.sqrt(
                norms.values().stream().mapToDouble(norm -> norm * norm).sum());
    }
}
