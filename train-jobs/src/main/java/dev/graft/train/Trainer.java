// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import ai.djl.ndarray.NDArray;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.Masks;
import dev.graft.nn.Pass;
import dev.graft.random.Seeds;
import dev.graft.train.TrainState.Evaluation;
import dev.graft.train.data.Lengths;
import dev.graft.train.data.Passes;
import dev.graft.train.data.Row;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The loop over a state. Equal arguments give equal states, bit for bit with one thread, whether or not it was cut off and taken
 * up again, and whatever else trains in the same JVM.
 *
 * @param rows that are learnt, one or more
 * @param validation by which the training stops early and the best parameters are chosen; may be empty
 * @param steps in all, 1 or more
 * @param seed of the order of the rows, dropout and what an objective draws
 */
public record Trainer<R extends Row>(
        LoopSettings settings,
        Learner learner,
        Objective<R> objective,
        List<R> rows,
        List<R> validation,
        int steps,
        long seed,
        Progress progress) {
    public Trainer {
        if (rows.isEmpty() || steps < 1) {
            throw new IllegalArgumentException(
                    "given are " + rows.size() + " rows and " + steps + " steps; allowed is 1 or more of each");
        }
        if (settings.earlyStop() > 0 && validation.isEmpty()) {
            throw new IllegalArgumentException(
                    "early-stop is " + settings.earlyStop()
                            + ", and there is no validation part to stop by; allowed is 0, or name corpus.validation or a share");
        }
    }

    /** The steps that so many passes over the rows take. */
    public static int steps(List<? extends Row> rows, LoopSettings settings, int epochs, long seed) {
        return batches(rows, settings, seed).steps(epochs);
    }

    private static Batches batches(List<? extends Row> rows, LoopSettings settings, long seed) {
        return new Batches(
                Lengths.of(rows)
                        .orElseGet(() -> rows.stream().mapToInt(Row::tokens).toArray()),
                settings.batchSize(),
                settings.batchTokens(),
                seed);
    }

    /** Before the first step. A start that hangs on gradients is found by those of the rows of that step, without dropout. */
    public TrainState start() {
        learner.start(() -> {
            List<R> first = drawn(batches(rows, settings, seed).from(0).next().rows(), 0);
            Pass way = Pass.EVALUATION.checkpointing(settings.activationCheckpointing());
            double share =
                    1.0 / Math.max(1, first.stream().mapToLong(Row::targets).sum());
            Passes.of(first, settings.passTokens()).forEach(pass -> objective.learn(pass, share, way));
        });
        return now();
    }

    /** Before the first step, with the parameters as they are. */
    public TrainState now() {
        return new TrainState(learner.weights(), new Weights(List.of()), List.of(), List.of(), Optional.empty());
    }

    /** Whether nothing is left to do. */
    public boolean finished(TrainState state) {
        return state.steps() >= steps || stopped(state);
    }

    private boolean stopped(TrainState state) {
        return settings.earlyStop() > 0 && state.sinceBest() >= settings.earlyStop();
    }

    /**
     * Goes on to a step, or until nothing is left to do. The learner has the parameters of the answered state.
     *
     * @throws TrainingException if the loss is no longer a number
     */
    public TrainState run(TrainState state, int until) {
        learner.restore(state.parameters(), "the state");
        List<Float> losses = new ArrayList<>(state.losses());
        List<Evaluation> evaluations = new ArrayList<>(state.evaluations());
        Optional<Weights> best = state.best();
        Iterator<Batches.Batch> plan = batches(rows, settings, seed).from(losses.size());
        Schedule schedule = Schedule.of(settings, steps);
        try (AdamW optimiser =
                new AdamW(learner.parameters(), learner::rate, settings.weightDecay(), learner.manager())) {
            optimiser.restore(state.moments(), losses.size());
            for (int step = losses.size(); step < Math.min(until, steps) && !stopped(state); step++) {
                Batches.Batch batch = plan.next();
                Step taken = step(batch.rows(), step);
                optimiser.step(schedule.at(step), settings.maxGradNorm());
                losses.add(taken.loss);
                progress.after(new Progress.Step(
                        step + 1, steps, taken.loss, schedule.at(step), batch.rows().length, taken.tokens));
                if (!validation.isEmpty() && isDue(settings.evaluateEvery(), step, batch.last())) {
                    Figures figures = objective.evaluate(validation);
                    evaluations.add(new Evaluation(step + 1, (float) figures.loss()));
                    state = new TrainState(state.parameters(), state.moments(), losses, evaluations, best);
                    if (settings.earlyStop() > 0 && state.sinceBest() == 0) {
                        best = Optional.of(learner.weights());
                    }
                    progress.evaluated(step + 1, figures);
                }
            }
            return new TrainState(learner.weights(), optimiser.moments(), losses, evaluations, best);
        }
    }

    private boolean isDue(int every, int step, boolean endOfEpoch) {
        return step + 1 == steps || (every == 0 ? endOfEpoch : (step + 1) % every == 0);
    }

    /**
     * Goes on to the end, and leaves the best parameters, or the last ones, with the learner.
     *
     * @throws TrainingException as {@link #run}, and before the first step if Java's heap can't hold the state
     */
    public TrainState train(TrainState from, Optional<Checkpoint> checkpoint) {
        long trained =
                learner.parameters().values().stream().mapToLong(NDArray::size).sum();
        boolean several = !finished(from) && nextCheckpoint(from.steps()) < steps;
        StateHeap.problem(trained, several, Runtime.getRuntime().maxMemory()).ifPresent(problem -> {
            throw new TrainingException(problem);
        });
        TrainState state = from;
        while (!finished(state)) {
            state = run(state, nextCheckpoint(state.steps()));
            TrainState reached = state;
            checkpoint.ifPresent(each -> each.write(reached));
        }
        learner.restore(state.best().orElse(state.parameters()), "the state");
        return state;
    }

    private int nextCheckpoint(int step) {
        if (settings.checkpointEvery() > 0) {
            return (step / settings.checkpointEvery() + 1) * settings.checkpointEvery();
        }
        Iterator<Batches.Batch> plan = batches(rows, settings, seed).from(step);
        int until = step + 1;
        while (!plan.next().last() && until < steps) {
            until++;
        }
        return until;
    }

    /**
     * @param loss mean over the targets
     * @param tokens that were read, without padding
     */
    private record Step(float loss, long tokens) {}

    private List<R> drawn(int[] indices, int step) {
        List<R> drawn = new ArrayList<>();
        for (int index : indices) {
            R row = rows.get(index);
            drawn.add(objective.drawn(row, Seeds.of(seed, row.id(), "draw", step)));
        }
        return objective.chosen(drawn, (double) step / steps);
    }

    /** Leaves the gradients of the mean loss over the targets of the whole step at the parameters. */
    private Step step(int[] indices, int step) {
        List<R> drawn = drawn(indices, step);
        long targets = drawn.stream().mapToLong(Row::targets).sum();
        long tokens = drawn.stream().mapToLong(Row::tokens).sum();
        Masks masks = new Masks(Seeds.ofPurpose(seed, "dropout", step));
        double sum = 0;
        for (List<R> pass : Passes.of(drawn, settings.passTokens())) {
            Pass way = Pass.training(masks).checkpointing(settings.activationCheckpointing());
            double loss = objective.learn(pass, 1.0 / Math.max(1, targets), way);
            if (way.isDue()) {
                throw new IllegalStateException(objective + " did not go back through the layers");
            }
            if (!Double.isFinite(loss)) {
                throw new TrainingException("the loss is " + loss + " at step " + (step + 1) + ", with the rows "
                        + pass.stream().map(Row::id).collect(Collectors.joining(", "))
                        + "; a lower learning-rate or max-grad-norm may help");
            }
            sum += loss;
        }
        return new Step((float) (sum / Math.max(1, targets)), tokens);
    }
}
