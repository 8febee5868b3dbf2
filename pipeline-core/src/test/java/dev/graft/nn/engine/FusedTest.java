// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each operation and its gradients, beside the same in the engine's small steps. */
class FusedTest {
    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray array(Random random, long... shape) {
        float[] values = new float[(int) new Shape(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, new Shape(shape));
    }

    /** Values, then the gradients of the inputs when the values' own are those given. */
    private static List<float[]> computed(
            Function<List<NDArray>, NDArray> operation, List<NDArray> inputs, NDArray gradient) {
        List<NDArray> leaves = inputs.stream().map(Gradients::leaf).toList();
        try (GradMode on = GradMode.on()) {
            NDArray y = operation.apply(leaves);
            Gradients.backward(y, gradient);
            return Stream.concat(
                            Stream.of(y.toFloatArray()),
                            leaves.stream().map(leaf -> leaf.getGradient().toFloatArray()))
                    .toList();
        }
    }

    private void same(
            Function<List<NDArray>, NDArray> fused,
            Function<List<NDArray>, NDArray> plain,
            NDArray gradient,
            NDArray... inputs) {
        List<float[]> ones = computed(fused, Arrays.asList(inputs), gradient);
        List<float[]> others = computed(plain, Arrays.asList(inputs), gradient);
        for (int i = 0; i < ones.size(); i++) {
            assertThat(ones.get(i))
                    .as(i == 0 ? "values" : "gradient of input " + (i - 1))
                    .hasSameSizeAs(others.get(i))
                    .containsExactly(others.get(i), within(2e-5f));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void siluAndGelu(long seed) {
        Random random = new Random(seed);
        NDArray x = array(random, 3, 5, 7);
        NDArray gradient = array(random, 3, 5, 7);
        same(in -> Fused.silu(in.get(0)), in -> in.get(0).mul(ai.djl.nn.Activation.sigmoid(in.get(0))), gradient, x);
        NDArray half = manager.create(0.5f);
        NDArray slope = manager.create((float) Math.sqrt(2 / Math.PI));
        NDArray cubic = manager.create(0.044715f);
        same(
                in -> Fused.geluTanh(in.get(0)),
                in -> {
                    NDArray cube = in.get(0).mul(in.get(0)).mul(in.get(0)).mul(cubic);
                    NDArray tanh = in.get(0).add(cube).mul(slope).tanh();
                    return in.get(0).mul(half).mul(tanh.add(1));
                },
                gradient,
                x);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void rmsNorm(long seed) {
        Random random = new Random(seed);
        NDArray eps = manager.create(1e-5f);
        same(
                in -> Fused.rmsNorm(in.get(0), in.get(1), eps),
                in -> in.get(0)
                        .div(in.get(0)
                                .square()
                                .mean(new int[] {-1}, true)
                                .add(1e-5)
                                .sqrt())
                        .mul(in.get(1)),
                array(random, 2, 4, 9),
                array(random, 2, 4, 9),
                array(random, 9));
    }

    @Test
    void rmsNormOfZerosIsZeroAndItsGradientANumber() {
        NDArray eps = manager.create(1e-5f);
        List<float[]> all = computed(
                in -> Fused.rmsNorm(in.get(0), in.get(1), eps),
                List.of(manager.zeros(new Shape(1, 3)), manager.ones(new Shape(3))),
                manager.ones(new Shape(1, 3)));
        assertThat(all.get(0)).containsExactly(0, 0, 0);
        assertThat(all.get(1)).containsExactly(new float[] {316.2278f, 316.2278f, 316.2278f}, within(0.01f));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void turned(long seed) {
        Random random = new Random(seed);
        NDArray cosines = array(random, 1, 1, 4, 6);
        NDArray sines = array(random, 1, 1, 4, 6);
        same(
                in -> Fused.turned(in.get(0), cosines, sines),
                in -> {
                    NDArray first = in.get(0).get(":, :, :, :3");
                    NDArray second = in.get(0).get(":, :, :, 3:");
                    return in.get(0).mul(cosines).add(second.concat(first, 3).mul(sines));
                },
                array(random, 2, 3, 4, 6),
                array(random, 2, 3, 4, 6));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void widened(long seed) {
        Random random = new Random(seed);
        NDArray scale = manager.create(1.5f);
        NDArray matrix = array(random, 7, 5);
        same(
                in -> Fused.widened(in.get(0).matMul(matrix.transpose()), in.get(1), in.get(2), scale),
                in -> in.get(0)
                        .matMul(matrix.transpose())
                        .add(in.get(1).mul(scale).matMul(in.get(2).transpose())),
                array(random, 6, 7),
                array(random, 6, 5),
                array(random, 6, 2),
                array(random, 7, 2));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void attentionWithAndWithoutBias(long seed) {
        Random random = new Random(seed);
        NDArray gradient = array(random, 2, 3, 5, 8);
        NDArray[] inputs = {array(random, 2, 3, 5, 8), array(random, 2, 3, 7, 8), array(random, 2, 3, 7, 8)};
        same(
                in -> Fused.attention(in.get(0), in.get(1), in.get(2)),
                in -> in.get(0)
                        .matMul(in.get(1).transpose(0, 1, 3, 2))
                        .softmax(-1)
                        .matMul(in.get(2)),
                gradient,
                inputs);
        NDArray bias = array(random, 2, 1, 5, 7)
                .gt(0.5)
                .toType(DataType.FLOAT32, false)
                .mul(-1e9);
        same(
                in -> Fused.attention(in.get(0), in.get(1), in.get(2), bias),
                in -> in.get(0)
                        .matMul(in.get(1).transpose(0, 1, 3, 2))
                        .add(bias)
                        .softmax(-1)
                        .matMul(in.get(2)),
                gradient,
                inputs);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void causalAttentionOfHeadsThatShareKeysAndValues(long seed) {
        Random random = new Random(seed);
        NDArray unseen = manager.create(new float[][] {{0, -1e9f, -1e9f}, {0, 0, -1e9f}, {0, 0, 0}});
        same(
                in -> Fused.causalAttention(in.get(0), in.get(1), in.get(2))
                        .reshape(2, 3, 4, 8)
                        .transpose(0, 2, 1, 3),
                in -> {
                    NDArray k = in.get(1).repeat(1, 2); // (B, N, T, D)
                    NDArray v = in.get(2).repeat(1, 2); // (B, N, T, D)
                    return in.get(0)
                            .matMul(k.transpose(0, 1, 3, 2))
                            .add(unseen)
                            .softmax(-1)
                            .matMul(v);
                },
                array(random, 2, 4, 3, 8),
                array(random, 2, 4, 3, 8),
                array(random, 2, 2, 3, 8),
                array(random, 2, 2, 3, 8));
    }

    @Test
    void shapesThatDoNotFitAreSaid() {
        Random random = new Random(1);
        assertThatThrownBy(() -> Fused.widened(
                        array(random, 6, 7), array(random, 6, 3), array(random, 7, 2), manager.create(1f)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("6x3 and 2x7");
    }
}
