// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.engine.GradMode;
import dev.graft.nn.engine.Gradients;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2), with the numbers of torch's: epsilon is
 * added to the corrected root. The decay is applied to matrices and not to biases. Gradients are those that a backward
 * pass left at the parameters.
 */
public final class AdamW implements AutoCloseable {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final double weightDecay;
    private final NDManager manager;
    private final SortedMap<String, Slot> slots = new TreeMap<>();
    private int steps;

    private record Slot(NDArray parameter, double rate, NDArray mean, NDArray variance) {}

    /**
     * @param rates factor of the learning rate, by a parameter's name
     */
    public AdamW(
            SortedMap<String, NDArray> parameters,
            ToDoubleFunction<String> rates,
            double weightDecay,
            NDManager parent) {
        this.weightDecay = weightDecay;
        manager = parent.newSubManager();
        parameters.forEach((name, parameter) -> {
            parameter.setRequiresGradient(true);
            Shape shape = parameter.getShape();
            slots.put(name, new Slot(parameter, rates.applyAsDouble(name), manager.zeros(shape), manager.zeros(shape)));
        });
    }

    /**
     * Moves the parameters against their gradients, and zeroes these.
     *
     * @param maxNorm gradients are scaled so that their global norm is at most this (Pascanu et al. 2013, section 3.2)
     * @return the norm before
     */
    public double step(double learningRate, double maxNorm) {
        try (GradMode off = GradMode.off();
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            double norm = gradientNorm();
            double clip = Math.min(1, maxNorm / (norm + 1e-6));
            steps++;
            slots.values().forEach(slot -> move(slot, slot.rate * learningRate, clip));
            return norm;
        }
    }

    private void move(Slot slot, double learningRate, double clip) {
        NDArray gradient = slot.parameter.getGradient().muli(clip);
        if (slot.parameter.getShape().dimension() > 1) {
            slot.parameter.muli(1 - learningRate * weightDecay);
        }
        slot.mean.muli(BETA1).addi(gradient.mul(1 - BETA1));
        slot.variance.muli(BETA2).addi(gradient.square().muli(1 - BETA2));
        double meanCorrection = 1 - Math.pow(BETA1, steps);
        double rootCorrection = Math.sqrt(1 - Math.pow(BETA2, steps));
        NDArray root = slot.variance.sqrt().divi(rootCorrection).addi(EPSILON);
        slot.parameter.subi(slot.mean.div(root).muli(learningRate / meanCorrection));
        Gradients.clear(slot.parameter);
    }

    private double gradientNorm() {
        NDArray squares = manager.zeros(new Shape());
        for (Slot slot : slots.values()) {
            squares.addi(slot.parameter.getGradient().square().sum());
        }
        return Math.sqrt(squares.getFloat());
    }

    /** The moments by name, copied, as {@code mean.NAME} and {@code variance.NAME}. */
    public Weights moments() {
        List<Tensor> state = new ArrayList<>();
        slots.forEach((name, slot) -> moments(name, slot)
                .forEach((key, moment) ->
                        state.add(Tensor.of(key, moment.getShape().getShape(), moment.toFloatArray()))));
        return new Weights(state);
    }

    /** Goes on from what {@link #moments} gave after {@code taken} steps; after none there are none. */
    public void restore(Weights moments, int taken) {
        steps = taken;
        if (taken == 0) {
            return;
        }
        slots.forEach((name, slot) -> moments(name, slot).forEach((key, moment) -> {
            try (NDArray given = manager.create(moments.tensor(key).values(), moment.getShape())) {
                given.copyTo(moment);
            }
        }));
    }

    private static Map<String, NDArray> moments(String name, Slot slot) {
        return Map.of("mean." + name, slot.mean, "variance." + name, slot.variance);
    }

    @Override
    public void close() {
        slots.values().forEach(slot -> slot.parameter.setRequiresGradient(false));
        manager.close();
    }
}
