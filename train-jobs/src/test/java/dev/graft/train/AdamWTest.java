// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.engine.GradMode;
import dev.graft.nn.engine.Gradients;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Against values of torch.optim.AdamW; src/test/python/adamw_golden.py made them. */
class AdamWTest {
    private static final JsonNode GOLDEN = golden();

    @Test
    void fiveStepsWithClippingAgreeWithTorch() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Problem problem = Problem.in(manager);
            try (AdamW optimiser = problem.optimiser()) {
                for (int i = 0; i < GOLDEN.get("steps").size(); i++) {
                    JsonNode step = GOLDEN.get("steps").get(i);
                    problem.backward();
                    double norm = optimiser.step(
                            GOLDEN.get("learning_rates").get(i).asDouble(),
                            GOLDEN.get("max_norm").asDouble());
                    assertThat(norm).isCloseTo(step.get("norm").asDouble(), within(1e-4));
                    assertClose(problem.w, step.get("w"));
                    assertClose(problem.b, step.get("b"));
                }
            }
        }
    }

    @Test
    void goesOnFromItsMomentsBitForBit() {
        assertThat(fiveSteps(true)).isEqualTo(fiveSteps(false));
    }

    @Test
    void holdsNoMoreArraysAfterAThousandStepsThanAfterOne() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Problem problem = Problem.in(manager);
            try (AdamW optimiser = problem.optimiser()) {
                problem.backward();
                optimiser.step(1e-3, 1);
                int before = manager.getManagedArrays().size();
                for (int i = 0; i < 1000; i++) {
                    problem.backward();
                    optimiser.step(1e-3, 1);
                }
                assertThat(manager.getManagedArrays()).hasSize(before);
            }
        }
    }

    @Test
    void aParameterMayLearnFasterThanTheRest() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray slow = manager.create(new float[] {1, -2});
            NDArray fast = manager.create(new float[] {1, -2});
            try (AdamW optimiser = new AdamW(
                    new TreeMap<>(Map.of("fast", fast, "slow", slow)),
                    name -> name.equals("fast") ? 10 : 1,
                    0,
                    manager)) {
                try (GradMode on = GradMode.on();
                        NDManager scope = manager.newSubManager()) {
                    fast.attach(manager);
                    NDArray loss = slow.square().sum().add(fast.square().sum());
                    loss.attach(scope);
                    Gradients.backward(loss);
                }
                optimiser.step(1e-2, 100);
            }
            assertThat(slow.toFloatArray()).containsExactly(new float[] {0.99f, -1.99f}, within(1e-5f));
            assertThat(fast.toFloatArray()).containsExactly(new float[] {0.9f, -1.9f}, within(1e-5f));
        }
    }

    private static float[] fiveSteps(boolean interrupted) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Problem problem = Problem.in(manager);
            AdamW optimiser = problem.optimiser();
            for (int i = 0; i < 5; i++) {
                if (interrupted && i == 2) {
                    Weights moments = optimiser.moments();
                    optimiser.close();
                    optimiser = problem.optimiser();
                    optimiser.restore(moments, i);
                }
                problem.backward();
                optimiser.step(0.1, 1);
            }
            optimiser.close();
            return problem.w.toFloatArray();
        }
    }

    private record Problem(NDManager manager, NDArray w, NDArray b) {
        static Problem in(NDManager manager) {
            return new Problem(manager, array(manager, GOLDEN.get("w")), array(manager, GOLDEN.get("b")));
        }

        AdamW optimiser() {
            return new AdamW(
                    new TreeMap<>(Map.of("w", w, "b", b)),
                    any -> 1,
                    GOLDEN.get("weight_decay").asDouble(),
                    manager);
        }

        void backward() {
            try (GradMode on = GradMode.on();
                    NDManager scope = manager.newSubManager()) {
                NDArray loss = error(scope, w, "c", "t")
                        .sum()
                        .add(error(scope, b, "d", "u").sum());
                Gradients.backward(loss);
            }
        }

        private static NDArray error(NDManager scope, NDArray parameter, String factor, String target) {
            return array(scope, GOLDEN.get(target)).sub(parameter).square().mul(array(scope, GOLDEN.get(factor)));
        }
    }

    private static void assertClose(NDArray given, JsonNode expected) {
        assertThat(given.toFloatArray()).containsExactly(values(expected), within(1e-6f));
    }

    private static NDArray array(NDManager manager, JsonNode json) {
        Shape shape = json.get(0).isArray() ? new Shape(json.size(), json.get(0).size()) : new Shape(json.size());
        return manager.create(values(json), shape);
    }

    private static float[] values(JsonNode json) {
        float[] values =
                new float[json.get(0).isArray() ? json.size() * json.get(0).size() : json.size()];
        int i = 0;
        for (JsonNode row : json) {
            if (row.isArray()) {
                for (JsonNode value : row) {
                    values[i++] = (float) value.asDouble();
                }
            } else {
                values[i++] = (float) row.asDouble();
            }
        }
        return values;
    }

    private static JsonNode golden() {
        try (InputStream in = AdamWTest.class.getResourceAsStream("adamw.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
