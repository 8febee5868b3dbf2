// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.Pass;
import dev.graft.train.Figures;
import dev.graft.train.LoopSettings;
import dev.graft.train.Progress;
import dev.graft.train.Schedule;
import dev.graft.train.TinyLlama;
import dev.graft.train.Trainer;
import dev.graft.train.data.LabelledTokens;
import dev.graft.train.data.Pair;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Preferences with a tiny decoder. */
class DpoTest {
    private static final double BETA = 0.5;

    @Test
    void whatIsTheReferenceHasTheLossOfACoin() {
        try (TinyLlama llama = TinyLlama.read()) {
            Dpo dpo = dpo(llama, llama.weights());
            assertThat(dpo.evaluate(pairs()).loss()).isCloseTo(Math.log(2), within(1e-6));
            assertThat(dpo.learn(pairs(), 1, Pass.EVALUATION) / pairs().size()).isCloseTo(Math.log(2), within(1e-6));
        }
    }

    /** By the paper's formula in double, of log-likelihoods that each text has by itself. */
    @Test
    void theLossIsThePapers() {
        try (TinyLlama llama = TinyLlama.read()) {
            Weights before = llama.weights();
            NextToken alone = new NextToken(llama.model(), llama.manager(), 0);
            double[] referred = likelihoods(alone);
            disturb(llama);
            double[] now = likelihoods(alone);
            double expected = 0;
            for (int i = 0; i < pairs().size(); i++) {
                double margin = now[2 * i] - now[2 * i + 1] - (referred[2 * i] - referred[2 * i + 1]);
                expected -= Math.log(1 / (1 + Math.exp(-BETA * margin)));
            }
            Dpo dpo = dpo(llama, before);
            assertThat(dpo.learn(pairs(), 1, Pass.EVALUATION)).isCloseTo(expected, within(1e-4));
            assertThat(dpo.evaluate(pairs()).loss()).isCloseTo(expected / pairs().size(), within(1e-5));
        }
    }

    private static double[] likelihoods(NextToken alone) {
        return pairs().stream()
                .flatMap(pair -> List.of(pair.chosen(), pair.rejected()).stream())
                .mapToDouble(text -> -alone.evaluate(List.of(text)).loss() * text.targets())
                .toArray();
    }

    /** The gradient in one direction, against the difference of two losses. */
    @Test
    void theGradientIsThatOfTheLoss() {
        try (TinyLlama llama = TinyLlama.read()) {
            Weights before = llama.weights();
            disturb(llama);
            Dpo dpo = dpo(llama, before);
            llama.clear();
            dpo.learn(pairs(), 1, Pass.EVALUATION);
            String name = "model.layers.1.mlp.down_proj.weight";
            NDArray parameter = Objects.requireNonNull(llama.parameters().get(name));
            float[] values = parameter.toFloatArray();
            float[] gradient = parameter.getGradient().toFloatArray();
            int steepest = IntStream.range(0, gradient.length)
                    .reduce((a, b) -> Math.abs(gradient[a]) > Math.abs(gradient[b]) ? a : b)
                    .orElseThrow();
            double[] losses = new double[2];
            float step = 1e-2f;
            for (int side = 0; side < 2; side++) {
                float[] moved = values.clone();
                moved[steepest] += side == 0 ? -step : step;
                parameter.set(moved);
                losses[side] = dpo.evaluate(pairs()).loss() * pairs().size();
            }
            assertThat((losses[1] - losses[0]) / (2 * step)).isCloseTo(gradient[steepest], within(2e-2));
        }
    }

    @Test
    void learnsToPrefer() {
        try (TinyLlama llama = TinyLlama.read()) {
            Dpo dpo = dpo(llama, llama.weights());
            Trainer<Pair> trainer = new Trainer<>(
                    new LoopSettings(3e-3, Schedule.Kind.CONSTANT, 0, 0, 1, 3, 0, 0, 0, 0, 0),
                    llama,
                    dpo,
                    pairs(),
                    List.of(),
                    20,
                    1,
                    Progress.SILENT);
            trainer.train(trainer.start(), Optional.empty());
            Figures figures = dpo.evaluate(pairs());
            assertThat(figures.others().get("reward-accuracy")).isEqualTo(1.0);
            assertThat(figures.others().get("reward-margin")).isGreaterThan(0.5);
        }
    }

    private static void disturb(TinyLlama llama) {
        SplittableRandom random = new SplittableRandom(3);
        llama.parameters().values().forEach(parameter -> {
            float[] values = parameter.toFloatArray();
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (0.1 * random.nextGaussian());
            }
            parameter.set(values);
        });
    }

    private static Dpo dpo(TinyLlama llama, Weights reference) {
        return new Dpo(
                llama.model(),
                llama.manager(),
                () -> {
                    Weights now = llama.weights();
                    llama.restore(reference, "the reference");
                    return () -> llama.restore(now, "the model");
                },
                BETA);
    }

    private static List<Pair> pairs() {
        return List.of(pair("a", 8, 6, 10), pair("b", 5, 9, 20), pair("c", 12, 7, 30));
    }

    private static Pair pair(String id, int chosen, int rejected, long seed) {
        return new Pair(id, text(id, chosen, seed), text(id, rejected, seed + 1));
    }

    private static LabelledTokens text(String id, int tokens, long seed) {
        long[] ids = new SplittableRandom(seed).longs(tokens, 3, 48).toArray();
        long[] labels = ids.clone();
        Arrays.fill(labels, 0, 3, LabelledTokens.NONE);
        return new LabelledTokens(id, ids, labels);
    }
}
