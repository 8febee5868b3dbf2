// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.nn.engine.IntegerProducts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntegerLinearTest {
    /** Inputs and a matrix of whole numbers up to 127, each row with a 127, are rounded to themselves: products are exact. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 3, 2", "7, 16, 33", "64, 256, 256", "5, 1536, 256", "2, 100, 1000"})
    void productsOfWholeNumbersAreExact(int rows, int in, int out) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDArray x = whole(manager, rows, in);
            NDArray weight = whole(manager, out, in);
            NDArray bias = manager.arange(out).toType(ai.djl.ndarray.types.DataType.FLOAT32, false);
            IntegerLinear map = new IntegerLinear(new IntegerProducts(manager), weight, bias, manager);
            assertThat(map.forward(x, Pass.EVALUATION).toFloatArray())
                    .containsExactly(x.matMul(weight.transpose()).add(bias).toFloatArray());
        }
    }

    private static NDArray whole(NDManager manager, int rows, int columns) {
        NDArray values = manager.randomInteger(-127, 128, new Shape(rows, columns), ai.djl.ndarray.types.DataType.INT32)
                .toType(ai.djl.ndarray.types.DataType.FLOAT32, false);
        values.set(new ai.djl.ndarray.index.NDIndex(":, 0"), 127);
        return values;
    }

    @Test
    void isNearTheProductOfFloats() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDArray x = manager.randomNormal(new Shape(3, 20, 512));
            NDArray weight = manager.randomNormal(new Shape(700, 512));
            NDArray exact = x.matMul(weight.transpose());
            NDArray rounded =
                    new IntegerLinear(new IntegerProducts(manager), weight, null, manager).forward(x, Pass.EVALUATION);
            assertThat(rounded.getShape()).isEqualTo(new Shape(3, 20, 700));
            assertThat(rounded.sub(exact).abs().mean().getFloat())
                    .isLessThan(0.012f * exact.abs().mean().getFloat());
        }
    }

    @Test
    void aRowsProductDependsOnNoOtherRow() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDArray x = manager.randomNormal(new Shape(70, 256))
                    .mul(manager.randomNormal(new Shape(70, 1)).exp());
            NDArray weight = manager.randomNormal(new Shape(1536, 256));
            IntegerLinear map = new IntegerLinear(new IntegerProducts(manager), weight, null, manager);
            NDArray together = map.forward(x, Pass.EVALUATION);
            for (int row = 0; row < 70; row += 23) {
                assertThat(map.forward(x.get(row + ":" + (row + 1)), Pass.EVALUATION)
                                .toFloatArray())
                        .containsExactly(together.get(row).toFloatArray());
            }
        }
    }

    @Test
    void zerosStayZeros() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDArray weight = manager.zeros(new Shape(2, 3));
            IntegerLinear map = new IntegerLinear(new IntegerProducts(manager), weight, null, manager);
            assertThat(map.forward(manager.ones(new Shape(2, 3)), Pass.EVALUATION)
                            .toFloatArray())
                    .containsOnly(0);
            assertThat(map.forward(manager.zeros(new Shape(2, 3)), Pass.EVALUATION)
                            .toFloatArray())
                    .containsOnly(0);
        }
    }
}
