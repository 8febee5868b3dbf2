// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.nn.Masks;
import dev.graft.nn.Pass;
import dev.graft.train.Figures;
import dev.graft.train.TinyLlama;
import dev.graft.train.data.LabelledTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The loss of each labelled token, against transformers' logits, and what must not change it. */
class NextTokenTest {
    /** Cross entropy in double of the logits that transformers gave. */
    @Test
    void theLossIsThatOfTransformersLogits() {
        try (TinyLlama llama = TinyLlama.read()) {
            for (JsonNode each : llama.golden().get("cases")) {
                long[] ids = TinyLlama.longs(each.get("ids"));
                long[] labels = ids.clone();
                labels[0] = LabelledTokens.NONE;
                LabelledTokens sample = new LabelledTokens("golden", ids, labels);
                double sum = 0;
                for (int i = 1; i < ids.length; i++) {
                    sum += loss(each.get("logits").get(i - 1), (int) ids[i]);
                }
                Figures figures = new NextToken(llama.model(), llama.manager(), 0).evaluate(List.of(sample));
                assertThat(figures.loss()).isCloseTo(sum / (ids.length - 1), within(1e-5));
                assertThat(new NextToken(llama.model(), llama.manager(), 0).learn(List.of(sample), 1, Pass.EVALUATION))
                        .isCloseTo(sum, within(1e-4));
            }
        }
    }

    private static double loss(JsonNode logits, int expected) {
        double sum = 0;
        for (JsonNode logit : logits) {
            sum += Math.exp(logit.asDouble());
        }
        return Math.log(sum) - logits.get(expected).asDouble();
    }

    /** Padding, packing and the number of passes are how it is computed, and not what. */
    @Test
    void paddingPackingAndAccumulationChangeNeitherLossNorGradients() {
        try (TinyLlama llama = TinyLlama.read()) {
            List<LabelledTokens> rows = samples(9);
            Learnt alone = Learnt.of(llama, 0, rows.stream().map(List::of).toList());
            for (int width : new int[] {0, 20, 64}) {
                Learnt together = Learnt.of(llama, width, List.of(rows));
                assertThat(together.loss).isCloseTo(alone.loss, within(1e-5));
                together.gradients.forEach((name, gradient) ->
                        assertThat(gradient).as(name).containsExactly(alone.gradients.get(name), within(1e-5f)));
                Learnt twice = Learnt.of(llama, width, List.of(rows.subList(0, 4), rows.subList(4, 9)));
                twice.gradients.forEach((name, gradient) ->
                        assertThat(gradient).as(name).containsExactly(alone.gradients.get(name), within(1e-5f)));
            }
            assertThat(alone.gradients.values())
                    .allSatisfy(each -> assertThat(norm(each)).isGreaterThan(0));
        }
    }

    @Test
    void aPackedTextSeesNothingOfItsNeighbour() {
        try (TinyLlama llama = TinyLlama.read()) {
            LabelledTokens learnt = sample("a", 12, 3);
            NextToken packed = new NextToken(llama.model(), llama.manager(), 64);
            double alone = packed.evaluate(List.of(learnt)).loss();
            for (long token = 1; token < 40; token += 13) {
                long[] ids = new long[14]; // the longer one comes first
                Arrays.fill(ids, token);
                long[] last = new long[14];
                Arrays.fill(last, LabelledTokens.NONE);
                last[13] = token;
                LabelledTokens neighbour = new LabelledTokens("b", ids, last);
                double both = packed.evaluate(List.of(neighbour, learnt)).loss() * (learnt.targets() + 1);
                assertThat(both - packed.evaluate(List.of(neighbour)).loss())
                        .isCloseTo(alone * learnt.targets(), within(1e-4));
            }
        }
    }

    /** What stands behind the last token that is learnt is not computed, and changes nothing. */
    @Test
    void whatNothingIsLearntOfIsNotRead() {
        try (TinyLlama llama = TinyLlama.read()) {
            long none = LabelledTokens.NONE;
            LabelledTokens row =
                    new LabelledTokens("a", new long[] {5, 9, 3, 7, 8, 2}, new long[] {none, none, 3, 7, none, none});
            assertThat(row.read()).containsExactly(5, 9, 3);
            assertThat(new LabelledTokens("one", new long[] {5}, new long[] {none}).read())
                    .containsExactly(5);
            assertThat(new LabelledTokens("none", new long[] {5, 6, 7}, new long[] {none, none, none}).read())
                    .containsExactly(5);
            NextToken objective = new NextToken(llama.model(), llama.manager(), 0);
            assertThat(objective.evaluate(List.of(row))).isEqualTo(objective.evaluate(List.of(row.cut(4))));
        }
    }

    /** The model pads with token 0 and ends with 2: where they are labels they are learnt as any other. */
    @Test
    void aTokenThatPadsIsLearntWhereItIsALabel() {
        try (TinyLlama llama = TinyLlama.read()) {
            long[] ids = {5, 9, 0, 7, 2};
            long[] labels = {LabelledTokens.NONE, LabelledTokens.NONE, 0, LabelledTokens.NONE, 2};
            LabelledTokens ends = new LabelledTokens("ends", ids, labels);
            LabelledTokens longer = sample("longer", 20, 4);
            NextToken objective = new NextToken(llama.model(), llama.manager(), 0);
            double sum = objective.learn(List.of(ends), 1, Pass.EVALUATION);
            double both = objective.learn(List.of(ends, longer), 1, Pass.EVALUATION);
            assertThat(ends.targets()).isEqualTo(2);
            assertThat(both - objective.learn(List.of(longer), 1, Pass.EVALUATION))
                    .isCloseTo(sum, within(1e-4));
            assertThat(sum).isGreaterThan(2);
        }
    }

    @Test
    void twoEvaluationsAreEqualAndChangeNothing() {
        try (TinyLlama llama = TinyLlama.read()) {
            NextToken objective = new NextToken(llama.model(), llama.manager(), 0);
            List<LabelledTokens> rows = samples(5);
            Figures first = objective.evaluate(rows);
            assertThat(objective.evaluate(rows)).isEqualTo(first);
            assertThat(first.others().get("perplexity")).isCloseTo(Math.exp(first.loss()), within(1e-9));
            assertThat(first.others().get("token-accuracy")).isBetween(0.0, 1.0);
        }
    }

    /** A step leaves no array behind. */
    @Test
    void nothingOfAPassStaysInMemory() {
        try (TinyLlama llama = TinyLlama.read()) {
            NextToken objective = new NextToken(llama.model(), llama.manager(), 32);
            objective.learn(samples(4), 1, Pass.training(new Masks(1)));
            int before = llama.manager().getManagedArrays().size();
            for (int i = 0; i < 5; i++) {
                objective.learn(samples(4), 1, Pass.training(new Masks(1)));
                objective.evaluate(samples(4));
            }
            assertThat(llama.manager().getManagedArrays()).hasSize(before);
        }
    }

    private record Learnt(double loss, SortedMap<String, float[]> gradients) {
        static Learnt of(TinyLlama llama, int width, List<List<LabelledTokens>> passes) {
            llama.clear();
            NextToken objective = new NextToken(llama.model(), llama.manager(), width);
            int targets = passes.stream()
                    .flatMap(List::stream)
                    .mapToInt(LabelledTokens::targets)
                    .sum();
            double loss = 0;
            for (List<LabelledTokens> pass : passes) {
                loss += objective.learn(pass, 1.0 / targets, Pass.EVALUATION);
            }
            SortedMap<String, float[]> gradients = new TreeMap<>();
            for (Map.Entry<String, NDArray> each : llama.parameters().entrySet()) {
                try (NDArray gradient = each.getValue().getGradient()) {
                    gradients.put(each.getKey(), gradient.toFloatArray());
                }
            }
            return new Learnt(loss / targets, gradients);
        }
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value * value;
        }
        return sum;
    }

    static List<LabelledTokens> samples(int count) {
        List<LabelledTokens> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(sample("row " + i, 4 + 3 * (i % 5), i));
        }
        return samples;
    }

    /** The second half carries loss. */
    static LabelledTokens sample(String id, int tokens, long seed) {
        RandomGenerator random = new java.util.SplittableRandom(seed);
        long[] ids = random.longs(tokens, 3, 48).toArray();
        long[] labels = ids.clone();
        Arrays.fill(labels, 0, tokens / 2, LabelledTokens.NONE);
        return new LabelledTokens(id, ids, labels);
    }
}
