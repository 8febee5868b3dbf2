// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * A named array of 32-bit floats.
 *
 * @param name as Hugging Face names the parameter
 * @param shape row-major; empty for a scalar
 * @param data {@code product(shape)} values; read through {@link FloatBuffer#duplicate()}, so that it can be shared
 */
public record Tensor(String name, long[] shape, FloatBuffer data) {
    public Tensor {
        long size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (size != data.remaining()) {
            throw new IllegalArgumentException(name + ": shape " + Arrays.toString(shape) + " holds " + size
                    + " values, but " + data.remaining() + " are given");
        }
    }

    public static Tensor of(String name, long[] shape, float... values) {
        return new Tensor(name, shape, FloatBuffer.wrap(values));
    }

    /** The values, copied. */
    public float[] values() {
        float[] values = new float[data.remaining()];
        data.duplicate().get(values);
        return values;
    }

    /** [rows, columns] to [columns, rows]. */
    public Tensor transposed(String as) {
        if (shape.length != 2) {
            throw new IllegalArgumentException(
                    name + ": only a matrix can be transposed, not " + Arrays.toString(shape));
        }
        int rows = Math.toIntExact(shape[0]);
        int columns = Math.toIntExact(shape[1]);
        float[] from = values();
        float[] to = new float[from.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                to[column * rows + row] = from[row * columns + column];
            }
        }
        return of(as, new long[] {columns, rows}, to);
    }

    public Tensor named(String other) {
        return new Tensor(other, shape, data);
    }
}
