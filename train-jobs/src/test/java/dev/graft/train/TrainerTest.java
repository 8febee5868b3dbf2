// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.Pass;
import dev.graft.nn.engine.Threads;
import dev.graft.train.data.LabelledTokens;
import dev.graft.train.data.Row;
import dev.graft.train.objective.NextToken;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop, with a tiny decoder that learns short texts. */
class TrainerTest {
    private static final int STEPS = 8;

    @BeforeAll
    static void oneThread() {
        Threads.one();
    }

    /** With packing, several passes a step, steps by tokens, evaluation and the best so far. */
    @Test
    void goesOnAtAnyStepAsIfItHadNeverStopped(@TempDir Path folder) {
        LoopSettings settings = settings(0.01, 0, 80, 30, 3);
        TrainState whole = run(settings, 20, state -> state);
        assertThat(whole.steps()).isEqualTo(STEPS);
        assertThat(whole.evaluations()).hasSize(4);
        for (int cut = 0; cut < STEPS; cut++) {
            Checkpoint checkpoint = new Checkpoint(folder.resolve("at" + cut), "run");
            int until = cut;
            TrainState resumed = run(settings, 20, state -> {
                // A fresh model in the place of the one that was cut off.
                checkpoint.write(train(settings, 20).run(state, until));
                return checkpoint.read().orElseThrow();
            });
            assertSame(resumed, whole);
        }
    }

    private static TrainState run(
            LoopSettings settings, int width, java.util.function.UnaryOperator<TrainState> cutOff) {
        Trainer<LabelledTokens> trainer = train(settings, width);
        return trainer.run(cutOff.apply(trainer.start()), STEPS);
    }

    /** Tiny models are left to the end of the JVM: a state outlives them. */
    private static Trainer<LabelledTokens> train(LoopSettings settings, int width) {
        TinyLlama llama = TinyLlama.read();
        return new Trainer<>(
                settings,
                llama,
                new NextToken(llama.model(), llama.manager(), width),
                samples(17, 1),
                samples(5, 2),
                STEPS,
                3,
                Progress.SILENT);
    }

    private static void assertSame(TrainState given, TrainState expected) {
        assertThat(given.losses()).isEqualTo(expected.losses());
        assertThat(given.evaluations()).isEqualTo(expected.evaluations());
        assertThat(values(given.parameters())).isEqualTo(values(expected.parameters()));
        assertThat(values(given.moments())).isEqualTo(values(expected.moments()));
        assertThat(given.best().map(TrainerTest::values))
                .isEqualTo(expected.best().map(TrainerTest::values));
    }

    private static Map<String, List<Integer>> values(Weights weights) {
        Map<String, List<Integer>> values = new TreeMap<>();
        for (Tensor tensor : weights.tensors()) {
            List<Integer> bits = new ArrayList<>();
            for (float value : tensor.values()) {
                bits.add(Float.floatToRawIntBits(value));
            }
            values.put(tensor.name(), bits);
        }
        return values;
    }

    /** The mean is over the label tokens of the step, not over those of a pass and then over the passes. */
    @Test
    void manyPassesAStepAreOne() {
        TrainState one = train(settings(0.01, 6, 0, 0, 0), 0)
                .run(train(settings(0.01, 6, 0, 0, 0), 0).start(), 4);
        TrainState many = train(settings(0.01, 6, 0, 12, 0), 0).run(one(), 4);
        for (int step = 0; step < 4; step++) {
            assertThat(many.losses().get(step)).isCloseTo(one.losses().get(step), within(1e-4f));
        }
        one.parameters()
                .tensors()
                .forEach(tensor -> assertThat(
                                many.parameters().tensor(tensor.name()).values())
                        .as(tensor.name())
                        .containsExactly(tensor.values(), within(2e-4f)));
    }

    @Test
    void activationCheckpointingChangesNothingThatIsLearnt() {
        LoopSettings kept = settings(0.01, 6, 0, 12, 0);
        LoopSettings again = new LoopSettings(0.01, kept.schedule(), 0.2, 0.01, 1, 6, 0, 12, 2, 0, 0, true);
        TrainState one = train(kept, 20).run(one(), 4);
        TrainState other = train(again, 20).run(one(), 4);
        assertThat(other.losses()).isEqualTo(one.losses());
        one.parameters()
                .tensors()
                .forEach(tensor -> assertThat(
                                other.parameters().tensor(tensor.name()).values())
                        .as(tensor.name())
                        .containsExactly(tensor.values(), within(1e-5f)));
    }

    private static TrainState one() {
        return train(settings(0.01, 6, 0, 0, 0), 0).start();
    }

    @Test
    void stopsEarlyWithTheParametersOfTheLowestLoss() {
        TinyLlama llama = TinyLlama.read();
        List<Integer> told = new ArrayList<>();
        Progress progress = new Progress() {
            @Override
            public void after(Step step) {}

            @Override
            public void evaluated(int step, Figures figures) {
                told.add(step);
            }
        };
        // The validation part is the same tokens with other labels: what is learnt of the one is wrong for the other.
        Trainer<LabelledTokens> trainer = new Trainer<>(
                new LoopSettings(0.02, Schedule.Kind.CONSTANT, 0, 0, 1, 8, 0, 0, 2, 0, 2),
                llama,
                new NextToken(llama.model(), llama.manager(), 0),
                samples(8, 1),
                samples(8, 5),
                200,
                3,
                progress);
        TrainState state = trainer.train(trainer.start(), Optional.empty());
        assertThat(state.steps()).isLessThan(200);
        assertThat(told).hasSize(state.evaluations().size()).contains(2, 4);
        int best = state.evaluations().size() - 3;
        float lowest = state.evaluations().get(best).loss();
        assertThat(state.evaluations())
                .allSatisfy(each -> assertThat(each.loss()).isGreaterThanOrEqualTo(lowest));
        assertThat((float) new NextToken(llama.model(), llama.manager(), 0)
                        .evaluate(samples(8, 5))
                        .loss())
                .isEqualTo(lowest);
    }

    @Test
    void learnsAHandfulOfTexts() {
        TinyLlama llama = TinyLlama.read();
        Trainer<LabelledTokens> trainer = new Trainer<>(
                new LoopSettings(0.02, Schedule.Kind.COSINE, 0.1, 0.01, 1, 4, 0, 0, 0, 0, 0),
                llama,
                new NextToken(llama.model(), llama.manager(), 0),
                samples(4, 1),
                List.of(),
                60,
                1,
                Progress.SILENT);
        TrainState state = trainer.train(trainer.start(), Optional.empty());
        assertThat(state.losses().get(0)).isGreaterThan(3);
        assertThat(state.losses().get(59)).isLessThan(0.5f);
        assertThat(new NextToken(llama.model(), llama.manager(), 0)
                        .evaluate(samples(4, 1))
                        .others()
                        .get("token-accuracy"))
                .isGreaterThan(0.9);
    }

    @Test
    void aLossThatIsNoNumberStopsWithTheRowsOfThePass() {
        record Broken() implements Objective<LabelledTokens> {
            @Override
            public double learn(List<LabelledTokens> rows, double share, Pass pass) {
                return rows.stream().anyMatch(row -> row.id().equals("row 3")) ? Double.NaN : 1;
            }

            @Override
            public Figures evaluate(List<LabelledTokens> rows) {
                return new Figures(1, Map.of());
            }
        }
        try (TinyLlama llama = TinyLlama.read()) {
            Trainer<LabelledTokens> trainer = new Trainer<>(
                    settings(0.01, 6, 0, 1, 0), llama, new Broken(), samples(6, 1), List.of(), 2, 1, Progress.SILENT);
            assertThatExceptionOfType(TrainingException.class)
                    .isThrownBy(() -> trainer.run(trainer.start(), 2))
                    .withMessage("the loss is NaN at step 1, with the rows row 3"
                            + "; a lower learning-rate or max-grad-norm may help");
        }
    }

    @Test
    void earlyStoppingNeedsAValidationPart() {
        try (TinyLlama llama = TinyLlama.read()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Trainer<>(
                            settings(0.01, 6, 0, 0, 3),
                            llama,
                            new NextToken(llama.model(), llama.manager(), 0),
                            samples(2, 1),
                            List.of(),
                            1,
                            1,
                            Progress.SILENT))
                    .withMessageContainingAll("early-stop is 3", "no validation part");
        }
    }

    @Test
    void stepsByTokensAreCounted() {
        List<? extends Row> rows = samples(17, 1);
        int steps = Trainer.steps(rows, settings(0.01, 1, 40, 0, 0), 3, 9);
        assertThat(steps).isBetween(3 * 3, 3 * 17);
        assertThat(Trainer.steps(rows, settings(0.01, 4, 0, 0, 0), 3, 9)).isEqualTo(15);
    }

    private static LoopSettings settings(double rate, int rows, int tokens, int passTokens, int earlyStop) {
        return new LoopSettings(
                rate, Schedule.Kind.LINEAR, 0.2, 0.01, 1, Math.max(1, rows), tokens, passTokens, 2, 0, earlyStop);
    }

    private static List<LabelledTokens> samples(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<LabelledTokens> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long[] ids = random.longs(4 + 3 * (i % 5), 3, 48).toArray();
            long[] labels = ids.clone();
            Arrays.fill(labels, 0, ids.length / 2, LabelledTokens.NONE);
            samples.add(new LabelledTokens("row " + i, ids, labels));
        }
        return samples;
    }
}
