// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.graft.nn.engine.IntegerProducts;
import org.jspecify.annotations.Nullable;

/**
 * A linear map on the CPU whose matrix is rounded to 8-bit integers, row by row, and multiplied with inputs that are rounded likewise
 * (as Dettmers et al. 2022, section 2.1, have it for a row and a column). Nothing can be trained behind it.
 */
public final class IntegerLinear implements Linear {
    private static final float STEPS = 127;
    /** Below as many values of a matrix, rounding the inputs takes as long as the faster product saves. */
    private static final long WORTH = 1 << 17;

    private final IntegerProducts products;
    private final NDArray packed;
    private final NDArray steps; // (out)
    private final NDArray zeros; // (out)
    private final NDArray bias; // (out)

    /**
     * @param weight (out, in), which is not kept
     * @param bias (out), if the map has one
     * @param manager owns what is kept
     */
    public IntegerLinear(IntegerProducts products, NDArray weight, @Nullable NDArray bias, NDManager manager) {
        this.products = products;
        Shape out = new Shape(weight.getShape().get(0));
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray column = weight.abs()
                    .max(new int[] {1}, true)
                    .maximum(Float.MIN_NORMAL)
                    .div(STEPS); // (out, 1)
            packed = kept(products.pack(weight.div(column).round().toType(DataType.INT8, false)), manager);
            steps = kept(column.reshape(out).duplicate(), manager);
            zeros = kept(manager.zeros(out, DataType.INT64), manager);
            this.bias = bias == null ? kept(manager.zeros(out), manager) : bias;
        }
    }

    private static NDArray kept(NDArray array, NDManager manager) {
        NDScope.unregister(array);
        array.attach(manager);
        return array;
    }

    /** Whether a map is faster so. */
    public static boolean isWorth(long out, long in) {
        return out * in >= WORTH;
    }

    @Override
    public NDArray forward(NDArray x, Pass pass) {
        return products.product(x, packed, steps, zeros, bias);
    }
}
