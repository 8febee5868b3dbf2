// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** {@code y = x W^T + b}, whose matrix is an array, or frozen in few bits. */
public final class Dense implements Linear {
    private final @Nullable NDArray weight;
    private final @Nullable QuantizedMatrix quantized;
    private final @Nullable NDArray bias;

    /**
     * @param weight [out, in]
     * @param bias [out], if the map has one
     */
    public Dense(NDArray weight, @Nullable NDArray bias) {
        this(weight, null, bias);
    }

    private Dense(@Nullable NDArray weight, @Nullable QuantizedMatrix quantized, @Nullable NDArray bias) {
        this.weight = weight;
        this.quantized = quantized;
        this.bias = bias;
    }

    /**
     * Of values in 32 bits, of which nothing else is kept.
     *
     * @param kind one that rounds
     * @param values of the matrix, row by row
     * @param shape [out, in]
     * @param manager owns what is kept
     */
    public static Dense quantized(
            Quantization kind, FloatBuffer values, Shape shape, @Nullable NDArray bias, NDManager manager) {
        return new Dense(null, QuantizedMatrix.of(kind, values, shape, manager), bias);
    }

    /**
     * Of codes as a file has them, in groups that share a scale and, where there are minima, one of these.
     *
     * @param bits of a code, which stands in a byte of its own; 4 or 8
     * @param lowest the least code
     * @param shape [out, in]
     * @param manager owns what is kept
     */
    public static Dense stored(
            int bits,
            int lowest,
            ByteBuffer codes,
            FloatBuffer scales,
            FloatBuffer minima,
            Shape shape,
            @Nullable NDArray bias,
            NDManager manager) {
        return new Dense(null, QuantizedMatrix.stored(bits, lowest, codes, scales, minima, shape, manager), bias);
    }

    @Override
    public NDArray forward(NDArray x, Pass pass) {
        return product(x, bias);
    }

    /** {@code x W^T}. */
    public NDArray unbiased(NDArray x) {
        return product(x, null);
    }

    private NDArray product(NDArray x, @Nullable NDArray added) {
        if (weight != null) {
            return ai.djl.nn.core.Linear.linear(x, weight, added).singletonOrThrow();
        }
        try (NDArray widened = matrix().widened()) {
            return ai.djl.nn.core.Linear.linear(x, widened, added).singletonOrThrow();
        }
    }

    /**
     * The matrix [out, in] that is trained or looked at.
     *
     * @throws IllegalStateException if it is quantised
     */
    public NDArray weight() {
        if (weight == null) {
            throw new IllegalStateException("the matrix is kept as " + matrix().kind());
        }
        return weight;
    }

    /** The matrix [out, in]; one of the scope where it has to be widened. */
    public NDArray weight(NDManager scope) {
        if (weight != null) {
            return weight;
        }
        NDArray widened = matrix().widened();
        widened.attach(scope);
        return widened;
    }

    private QuantizedMatrix matrix() {
        if (quantized == null) {
            throw new IllegalStateException("the matrix is an array");
        }
        return quantized;
    }

    /** [out], if the map has one. */
    public @Nullable NDArray bias() {
        return bias;
    }

    /** How the matrix is kept. */
    public Quantization quantization() {
        return quantized == null ? Quantization.NONE : quantized.kind();
    }

    /** Width of the input. */
    public long in() {
        return shape().get(1);
    }

    /** Width of the output. */
    public long out() {
        return shape().get(0);
    }

    private Shape shape() {
        return weight == null ? matrix().shape() : weight.getShape();
    }
}
