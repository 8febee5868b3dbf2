// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.nn.Dense;
import dev.graft.nn.Dropout;
import dev.graft.nn.Factor;
import dev.graft.nn.Linear;
import dev.graft.nn.Masks;
import dev.graft.nn.Pass;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoraTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void addsTheScaledProductOfItsTwoMatrices() {
        // W x + b = (1 + 2 + 0.5, 3 - 0.5) = (3.5, 2.5); A x = 1 + 2 * 3 = 7; B A x = (7, -7); alpha / r = 2
        Dense base = new Dense(matrix(2, 2, 1, 1, 3, 0), array(0.5f, -0.5f));
        LoraLinear lora = new LoraLinear(
                base, matrix(1, 2, 1, 3), matrix(2, 1, 1, -1), Factor.of(2, manager), new Dropout(0), new Switch());

        assertThat(lora.forward(matrix(1, 2, 1, 2), Pass.EVALUATION).toFloatArray())
                .containsExactly(3.5f + 14, 2.5f - 14);
    }

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void startsAsTheBaseMapBitForBit(long seed) {
        Parameters parameters = new Parameters(manager, seed);
        Dense base = new Dense(parameters.normal("w", 1, 7, 5), parameters.normal("b", 1, 7));
        NDArray a = parameters.kaimingUniform("a", 3, 5);
        LoraLinear lora = new LoraLinear(
                base, a, parameters.zeros("z", 7, 3), Factor.of(2, manager), new Dropout(0.5), new Switch());
        NDArray x = parameters.normal("x", 1, 2, 4, 5);

        float[] expected = base.forward(x, Pass.EVALUATION).toFloatArray();
        assertThat(lora.forward(x, Pass.EVALUATION).toFloatArray()).isEqualTo(expected);
        assertThat(lora.forward(x, Pass.training(new Masks(seed))).toFloatArray())
                .isEqualTo(expected);
        assertThat(a.toFloatArray()).hasSize(15).doesNotContain(0f);
        assertThat(a.abs().max().getFloat()).isLessThanOrEqualTo((float) (1 / Math.sqrt(5)));
    }

    @Test
    void dropoutActsOnTheAdapterAndNotOnTheBase() {
        Dense base = new Dense(matrix(1, 1, 1), array(0));
        LoraLinear lora = new LoraLinear(
                base, matrix(1, 1, 1), matrix(1, 1, 1), Factor.of(1, manager), new Dropout(0.5), new Switch());
        NDArray ones = manager.ones(new Shape(1000, 1));

        float[] trained = lora.forward(ones, Pass.training(new Masks(1))).toFloatArray();
        // dropped: the base's 1; kept: 1 + 1 / (1 - 0.5)
        assertThat(trained).containsOnly(1f, 3f);
        assertThat(lora.forward(ones, Pass.training(new Masks(1))).toFloatArray())
                .isEqualTo(trained);
        assertThat(lora.forward(ones, Pass.training(new Masks(2))).toFloatArray())
                .isNotEqualTo(trained);
        double kept = manager.create(trained).sub(1).div(2).mean().getFloat();
        assertThat(kept).isCloseTo(0.5, within(0.08));
    }

    /** Of different ranks, with an input of two texts; a map without an adapter among them, one that is off, dropout. */
    @ParameterizedTest
    @MethodSource("seeds")
    void mapsOfTheSameInputGiveTogetherWhatEachGivesAlone(long seed) {
        Parameters parameters = new Parameters(manager, seed);
        Linear first = lora(parameters, "first", 7, 1, 0, new Switch());
        Linear second = lora(parameters, "second", 3, 4, 0, new Switch());
        Switch off = new Switch();
        List<List<Linear>> others = List.of(
                List.of(second, lora(parameters, "third", 4, 2, 0, new Switch())),
                List.of(second, new Dense(parameters.normal("plain", 1, 4, 5), null)),
                List.of(lora(parameters, "dropped", 4, 2, 0.5, new Switch()), second),
                List.of(lora(parameters, "off", 4, 2, 0, off)));
        NDArray x = parameters.normal("x", 1, 2, 3, 5);
        try (Parameters.Scope without = off.off()) {
            for (List<Linear> rest : others) {
                NDList together = first.forward(x, rest, Pass.training(new Masks(seed)));
                Pass alone = Pass.training(new Masks(seed));
                same(together.get(0), first.forward(x, alone));
                for (int i = 0; i < rest.size(); i++) {
                    same(together.get(i + 1), rest.get(i).forward(x, alone));
                }
            }
        }
    }

    private LoraLinear lora(Parameters parameters, String name, int out, int r, double dropout, Switch adapter) {
        Dense base = new Dense(parameters.normal(name + ".w", 1, out, 5), parameters.normal(name + ".bias", 1, out));
        return new LoraLinear(
                base,
                parameters.normal(name + ".a", 1, r, 5),
                parameters.normal(name + ".b", 1, out, r),
                Factor.of(2, manager),
                new Dropout(dropout),
                adapter);
    }

    private static void same(NDArray given, NDArray expected) {
        assertThat(given.getShape()).isEqualTo(expected.getShape());
        assertThat(given.toFloatArray()).containsExactly(expected.toFloatArray(), within(1e-5f));
    }

    @Test
    void readsItsSettings() {
        Lora defaults = new Lora(8, 16, 0.1, new Targets.Named(List.of("query", "value")));
        Lora parsed = Settings.parse("", section -> Lora.read(section, defaults));
        assertThat(parsed).isEqualTo(defaults);
        assertThat(Settings.parse(
                        "r = 4, lora-alpha = 4, lora-dropout = 0, target-modules = [value, dense]", Methods::read))
                .isEqualTo(new Lora(4, 4, 0, new Targets.Named(List.of("dense", "value"))));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Settings.parse("r = 0, lora_alpha = 1", Methods::read))
                .withMessageContainingAll("r: given 0", "did you mean \"lora-alpha\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Lora(1, 1, 1, new Targets.AllLinear()))
                .withMessageContaining("lora-dropout is 1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Targets.Named(List.of()))
                .withMessageContaining("target-modules is []");
    }

    /** Two matrices, one of them tall: the best of rank 1 of a sum of two orthogonal parts is the larger part. */
    @Test
    void thePrincipalPartsAreTheNearestOfTheirRank() {
        assertThat(part(matrix(2, 3, 3, 0, 0, 0, 2, 0), 1))
                .containsExactly(new float[] {3, 0, 0, 0, 0, 0}, within(1e-6f));
        assertThat(part(matrix(3, 2, 3, 0, 0, 0, 2, 0), 2))
                .containsExactly(new float[] {3, 0, 0, 0, 2, 0}, within(1e-6f));
        assertThat(part(matrix(3, 2, 1, 0, 0, -4, 0, 0), 1))
                .containsExactly(new float[] {0, 0, 0, -4, 0, 0}, within(1e-6f));
    }

    private float[] part(NDArray matrix, int rank) {
        NDArray a = manager.zeros(new Shape(rank, matrix.getShape().get(1)));
        NDArray b = manager.zeros(new Shape(matrix.getShape().get(0), rank));
        PrincipalParts.of(matrix, rank).pissa(2, a, b);
        return b.matMul(a).mul(2).toFloatArray();
    }

    private NDArray matrix(int rows, int columns, float... values) {
        return manager.create(values, new Shape(rows, columns));
    }

    private NDArray array(float... values) {
        return manager.create(values);
    }
}
