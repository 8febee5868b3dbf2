// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import dev.graft.nn.engine.GradMode;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A frozen matrix in few bits, row by row in blocks of S values of which the last may be cut; it is widened whenever it is used.
 * B are the blocks; S is 64, or what a file has.
 *
 * @param codes (B, S) as int8, or (B, S / 2) as uint8, whose upper half is the first of two values
 * @param scales by which codes are multiplied
 * @param minima (B, 1), which are added then, if there are some
 * @param table (256, 2), the two values of a byte, if codes are of 4 bits
 * @param shape [out, in]
 */
record QuantizedMatrix(
        Quantization kind,
        NDArray codes,
        BlockScales scales,
        @Nullable NDArray minima,
        @Nullable NDArray table,
        Shape shape) {
    static final int BLOCK = 64;

    private static final int STEPS = 127;

    /** Dettmers et al. 2023, appendix E. */
    private static final float[] NF4 = {
        -1,
        -0.6961928009986877f,
        -0.5250730514526367f,
        -0.39491748809814453f,
        -0.28444138169288635f,
        -0.18477343022823334f,
        -0.09105003625154495f,
        0,
        0.07958029955625534f,
        0.16093020141124725f,
        0.24611230194568634f,
        0.33791524171829224f,
        0.44070982933044434f,
        0.5626170039176941f,
        0.7229568362236023f,
        1
    };

    /**
     * Rounds each value to the nearest that there is.
     *
     * @param values row by row
     * @param manager owns what is answered
     */
    static QuantizedMatrix of(Quantization kind, FloatBuffer values, Shape shape, NDManager manager) {
        int size = Math.toIntExact(shape.size());
        int blocks = (size + BLOCK - 1) / BLOCK;
        boolean int8 = kind == Quantization.INT8;
        try (NDManager host = manager.newSubManager(Device.cpu())) {
            NDArray codes = int8
                    ? host.create(new Shape(blocks, BLOCK), DataType.INT8)
                    : host.create(new Shape(blocks, BLOCK / 2), DataType.UINT8);
            NDArray scales = host.create(new Shape(blocks, 1));
            ByteBuffer bytes = codes.toByteBuffer(true);
            FloatBuffer largest = scales.toByteBuffer(true).asFloatBuffer();
            float[] block = new float[BLOCK];
            for (int from = 0; from < size; from += BLOCK) {
                int length = Math.min(BLOCK, size - from);
                java.util.Arrays.fill(block, 0);
                values.get(values.position() + from, block, 0, length);
                float scale = 0;
                for (float value : block) {
                    scale = Math.max(scale, Math.abs(value));
                }
                float inverse = scale == 0 ? 0 : 1 / scale;
                if (int8) {
                    for (float value : block) {
                        bytes.put((byte) Math.rint(value * inverse * STEPS));
                    }
                } else {
                    for (int i = 0; i < BLOCK; i += 2) {
                        bytes.put((byte) (nearest(block[i] * inverse) << 4 | nearest(block[i + 1] * inverse)));
                    }
                }
                largest.put(int8 ? scale / STEPS : scale);
            }
            return new QuantizedMatrix(
                    kind,
                    kept(codes, manager),
                    kind == Quantization.NF4_DOUBLE
                            ? BlockScales.Rounded.of(scales.toFloatArray(), manager)
                            : new BlockScales.Whole(kept(scales, manager)),
                    null,
                    int8 ? null : kept(host.create(pairs(NF4), new Shape(256, 2)), manager),
                    shape);
        }
    }

    /** As {@link Dense#stored}. */
    static QuantizedMatrix stored(
            int bits,
            int lowest,
            ByteBuffer codes,
            FloatBuffer scales,
            FloatBuffer minima,
            Shape shape,
            NDManager manager) {
        int blocks = scales.remaining();
        int block = codes.remaining() / blocks;
        boolean four = bits == 4;
        try (NDManager host = manager.newSubManager(Device.cpu())) {
            NDArray kept = four
                    ? host.create(new Shape(blocks, block / 2), DataType.UINT8)
                    : host.create(new Shape(blocks, block), DataType.INT8);
            ByteBuffer bytes = kept.toByteBuffer(true);
            if (four) {
                for (int i = codes.position(); i < codes.limit(); i += 2) {
                    bytes.put((byte) (codes.get(i) - lowest << 4 | codes.get(i + 1) - lowest));
                }
            } else {
                bytes.put(codes.duplicate());
            }
            float[] steps = new float[16];
            for (int i = 0; i < steps.length; i++) {
                steps[i] = lowest + i;
            }
            return new QuantizedMatrix(
                    Quantization.STORED,
                    kept(kept, manager),
                    new BlockScales.Whole(kept(host.create(floats(scales), new Shape(blocks, 1)), manager)),
                    minima.hasRemaining() ? kept(host.create(floats(minima), new Shape(blocks, 1)), manager) : null,
                    four ? kept(host.create(pairs(steps), new Shape(256, 2)), manager) : null,
                    shape);
        }
    }

    private static float[] floats(FloatBuffer buffer) {
        float[] values = new float[buffer.remaining()];
        buffer.duplicate().get(values);
        return values;
    }

    static NDArray kept(NDArray array, NDManager manager) {
        // A copy, so that the engine owns the memory: what is created of Java's only borrows it.
        NDArray own = array.duplicate().toDevice(manager.getDevice(), false);
        own.attach(manager);
        return own;
    }

    /** The index of the nearest; the lower one of two that are equally near. */
    static int nearest(float value) {
        int code = 0;
        while (code < NF4.length - 1 && value > (NF4[code] + NF4[code + 1]) / 2) {
            code++;
        }
        return code;
    }

    private static float[] pairs(float[] steps) {
        float[] pairs = new float[512];
        for (int i = 0; i < 256; i++) {
            pairs[2 * i] = steps[i >>> 4];
            pairs[2 * i + 1] = steps[i & 15];
        }
        return pairs;
    }

    /** [out, in] in 32 bits, which the caller closes. */
    NDArray widened() {
        try (GradMode off = GradMode.off();
                NDArray blocks = blocks();
                NDArray flat = blocks.reshape(-1)) {
            if (flat.size() == shape.size()) {
                return flat.reshape(shape);
            }
            try (NDArray whole = flat.get("0:" + shape.size())) {
                return whole.reshape(shape);
            }
        }
    }

    private NDArray blocks() {
        NDArray scaled = scales.on(steps());
        return minima == null ? scaled : scaled.addi(minima);
    }

    /** The codes' values (B, S). */
    private NDArray steps() {
        if (table == null) {
            return codes.toType(DataType.FLOAT32, true);
        }
        try (NDArray index = codes.toType(DataType.INT32, true);
                NDArray pairs =
                        Embedding.embedding(index, table, SparseFormat.DENSE).singletonOrThrow()) { // (B, S / 2, 2)
            return pairs.reshape(codes.getShape().get(0), -1);
        }
    }
}
