// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.meta;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.Pass;
import dev.graft.nn.engine.GradMode;
import dev.graft.nn.engine.Gradients;
import dev.graft.random.Seeds;
import dev.graft.train.AdamW;
import dev.graft.train.Checkpoint;
import dev.graft.train.Learner;
import dev.graft.train.Objective;
import dev.graft.train.Progress;
import dev.graft.train.TrainState;
import dev.graft.train.Trainer;
import dev.graft.train.TrainingException;
import dev.graft.train.data.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/**
 * The outer loop over a state: from the same start each task of a step is learnt for some steps, and the start moves by what came
 * of it. Equal arguments give equal states, bit for bit with one thread, whether or not it was cut off.
 *
 * @param tasks a task for each seed
 * @param own parameters that are a task's own, such as a head: each task has them begin as they were, and they do not move
 * @param seed of tasks, the order of their rows and dropout
 */
public record MetaTrainer<R extends Row>(
        MetaSettings settings,
        Learner learner,
        Objective<R> objective,
        LongFunction<Task<R>> tasks,
        Predicate<String> own,
        long seed,
        Progress progress) {
    /** Puts the parameters to where the method starts; where that hangs on gradients, by the rows of the first task. */
    public void begin() {
        inner(tasks.apply(Seeds.ofPurpose(seed, "task", 0)).rows(), 0).start();
    }

    /** Before the first step, with the parameters as they are. */
    public TrainState start() {
        return new TrainState(learner.weights(), new Weights(List.of()), List.of(), List.of(), Optional.empty());
    }

    /** Goes on to the end, with a checkpoint after every so many steps. The learner has the parameters of the answer. */
    public TrainState train(TrainState from, Optional<Checkpoint> checkpoint) {
        int every = settings.inner().checkpointEvery() > 0 ? settings.inner().checkpointEvery() : 10;
        TrainState state = from;
        while (state.steps() < settings.steps()) {
            state = run(state, Math.min(settings.steps(), (state.steps() / every + 1) * every));
            TrainState reached = state;
            checkpoint.ifPresent(each -> each.write(reached));
        }
        learner.restore(state.parameters(), "the state");
        return state;
    }

    /**
     * Goes on to a step.
     *
     * @throws TrainingException if a loss is no longer a number
     */
    public TrainState run(TrainState state, int until) {
        Weights start = state.parameters();
        Weights moments = state.moments();
        List<Float> losses = new ArrayList<>(state.losses());
        for (int step = losses.size(); step < until; step++) {
            Map<String, float[]> sums = new HashMap<>();
            double loss = 0;
            int rows = 0;
            long tokens = 0;
            for (int i = 0; i < settings.tasks(); i++) {
                int number = Math.addExact(Math.multiplyExact(step, settings.tasks()), i);
                Task<R> task = tasks.apply(Seeds.ofPurpose(seed, "task", number));
                learner.restore(start, "the start of the tasks");
                loss += switch (settings.algorithm()) {
                    case REPTILE -> way(task, start, number, sums);
                    case FIRST_ORDER_MAML -> gradient(task, number, sums);
                };
                rows += task.rows().size();
                tokens += task.rows().stream().mapToLong(Row::tokens).sum();
            }
            learner.restore(start, "the start of the tasks");
            switch (settings.algorithm()) {
                case REPTILE -> start = moved(start, sums, settings.rate(step) / settings.tasks());
                case FIRST_ORDER_MAML -> {
                    moments = descend(moments, step, sums);
                    start = learner.weights();
                }
            }
            float mean = (float) (loss / settings.tasks());
            if (!Float.isFinite(mean)) {
                throw new TrainingException("the loss of the tasks is " + mean + " at step " + (step + 1)
                        + "; a lower rate, or a lower inner.learning-rate, may help");
            }
            losses.add(mean);
            progress.after(new Progress.Step(step + 1, settings.steps(), mean, settings.rate(step), rows, tokens));
        }
        learner.restore(start, "the start of the tasks");
        return new TrainState(start, moments, losses, List.of(), Optional.empty());
    }

    private TrainState learnt(List<R> rows, int number) {
        Trainer<R> inner = inner(rows, number);
        return inner.run(inner.now(), settings.innerSteps());
    }

    private Trainer<R> inner(List<R> rows, int number) {
        return new Trainer<>(
                settings.inner(),
                learner,
                objective,
                rows,
                List.of(),
                settings.innerSteps(),
                Seeds.ofPurpose(seed, "inner", number),
                Progress.SILENT);
    }

    /** Adds the way from the start to what a task learnt; answers the loss of its last step. */
    private double way(Task<R> task, Weights start, int number, Map<String, float[]> sums) {
        TrainState learnt = learnt(task.rows(), number);
        for (Tensor tensor : learnt.parameters().tensors()) {
            if (!own.test(tensor.name())) {
                float[] to = tensor.values();
                float[] from = start.tensor(tensor.name()).values();
                float[] sum = sums.computeIfAbsent(tensor.name(), any -> new float[to.length]);
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += to[i] - from[i];
                }
            }
        }
        return learnt.losses().get(learnt.steps() - 1);
    }

    /** Adds the gradients of the query rows where a task ended; answers their loss. */
    private double gradient(Task<R> task, int number, Map<String, float[]> sums) {
        learnt(task.support(), number);
        SortedMap<String, NDArray> parameters = learner.parameters();
        parameters.values().forEach(each -> each.setRequiresGradient(true));
        int targets = task.query().stream().mapToInt(Row::targets).sum();
        double loss = objective.learn(task.query(), 1.0 / targets, Pass.EVALUATION) / targets;
        parameters.forEach((name, parameter) -> {
            if (!own.test(name)) {
                float[] gradient;
                try (NDArray given = parameter.getGradient()) {
                    gradient = given.toFloatArray();
                }
                float[] sum = sums.computeIfAbsent(name, any -> new float[gradient.length]);
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += gradient[i];
                }
            }
            Gradients.clear(parameter);
            parameter.setRequiresGradient(false);
        });
        return loss;
    }

    private static Weights moved(Weights start, Map<String, float[]> sums, double share) {
        return new Weights(start.tensors().stream()
                .map(tensor -> {
                    float[] sum = sums.get(tensor.name());
                    if (sum == null) {
                        return tensor;
                    }
                    float[] values = tensor.values();
                    for (int i = 0; i < values.length; i++) {
                        values[i] += (float) (share * sum[i]);
                    }
                    return Tensor.of(tensor.name(), tensor.shape(), values);
                })
                .toList());
    }

    /** A step of Adam against the mean of the gradients; answers its moments. */
    private Weights descend(Weights moments, int step, Map<String, float[]> sums) {
        SortedMap<String, NDArray> moving = new TreeMap<>(learner.parameters());
        moving.keySet().removeIf(own);
        try (AdamW optimiser = new AdamW(moving, any -> 1, 0, learner.manager())) {
            optimiser.restore(moments, step);
            moving.forEach((name, parameter) -> {
                float[] mean = Objects.requireNonNull(sums.get(name)).clone();
                for (int i = 0; i < mean.length; i++) {
                    mean[i] /= settings.tasks();
                }
                // The gradient of the product with what is given is what is given.
                try (GradMode on = GradMode.on();
                        NDManager scope = learner.manager().newSubManager()) {
                    NDArray given = scope.create(mean, parameter.getShape()).duplicate();
                    Gradients.backward(given.mul(parameter).sum());
                }
            });
            optimiser.step(settings.rate(step), settings.inner().maxGradNorm());
            return optimiser.moments();
        }
    }
}
