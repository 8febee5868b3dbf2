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

/**
 * A frozen matrix in few bits, row by row in blocks of 64 values of which the last may be cut; it is widened whenever it is used.
 * B are the blocks.
 *
 * @param codes (B, 64) as int8, or (B, 32) as uint8, whose upper half is the first of two values
 * @param scales (B, 1), the largest magnitude of each block, or 1/127 of it
 * @param table (256, 2), the two values of a byte; as good as none for int8
 * @param shape [out, in]
 */
record QuantizedMatrix(Quantization kind, NDArray codes, NDArray scales, NDArray table, Shape shape) {
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
                    kept(scales, manager),
                    kept(host.create(pairs(), new Shape(256, 2)), manager),
                    shape);
        }
    }

    private static NDArray kept(NDArray array, NDManager manager) {
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

    private static float[] pairs() {
        float[] pairs = new float[512];
        for (int i = 0; i < 256; i++) {
            pairs[2 * i] = NF4[i >>> 4];
            pairs[2 * i + 1] = NF4[i & 15];
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
        if (kind == Quantization.INT8) {
            return codes.toType(DataType.FLOAT32, true).muli(scales);
        }
        try (NDArray index = codes.toType(DataType.INT32, true);
                NDArray pairs =
                        Embedding.embedding(index, table, SparseFormat.DENSE).singletonOrThrow()) { // (B, 32, 2)
            return pairs.reshape(-1, BLOCK).muli(scales);
        }
    }
}
