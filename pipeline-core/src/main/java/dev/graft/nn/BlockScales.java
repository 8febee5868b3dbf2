// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import java.util.Arrays;

/** What the blocks of a quantised matrix are multiplied by, one for each. B are the blocks. */
sealed interface BlockScales {
    /** Blocks (B, S), multiplied in place. */
    NDArray on(NDArray blocks);

    /** The scales (B), copied. */
    float[] values();

    /**
     * In 32 bits.
     *
     * @param array (B, 1)
     */
    record Whole(NDArray array) implements BlockScales {
        @Override
        public NDArray on(NDArray blocks) {
            return blocks.muli(array);
        }

        @Override
        public float[] values() {
            return array.toFloatArray();
        }
    }

    /**
     * Rounded themselves (Dettmers et al. 2023, section 3, double quantisation): what they differ from their mean by, in groups of
     * 256 that share a largest magnitude, in 8 bits. P are the groups.
     *
     * @param codes (P, 256) as uint8, of which the last are idle
     * @param largest (P, 1)
     * @param map (256, 1), the values of the codes
     * @param mean of no dimensions
     * @param count B
     */
    record Rounded(NDArray codes, NDArray largest, NDArray map, NDArray mean, int count) implements BlockScales {
        private static final int GROUP = 256;
        private static final float[] MAP = eightBits();

        /** As bitsandbytes makes it: each power of ten holds twice as many codes as that below it (Dettmers 2015, section 2.1). */
        private static float[] eightBits() {
            float[] values = new float[256];
            int at = 0;
            for (int power = 0; power < 7; power++) {
                int items = 1 << power;
                for (int i = 0; i < items; i++) {
                    double middle = 0.1 + 0.9 * (2 * i + 1) / (2.0 * items);
                    float value = (float) (Math.pow(10, power - 6) * middle);
                    values[at++] = value;
                    values[at++] = -value;
                }
            }
            values[at++] = 0;
            values[at] = 1;
            Arrays.sort(values);
            return values;
        }

        static int nearest(float value) {
            int found = Arrays.binarySearch(MAP, value);
            int above = found >= 0 ? found : -found - 1;
            if (above == 0 || above < MAP.length && MAP[above] == value) {
                return above;
            }
            return above == MAP.length || value - MAP[above - 1] <= MAP[above] - value ? above - 1 : above;
        }

        /**
         * @param scales (B)
         * @param manager owns what is answered
         */
        static Rounded of(float[] scales, NDManager manager) {
            double sum = 0;
            for (float scale : scales) {
                sum += scale;
            }
            float mean = (float) (sum / scales.length);
            int groups = (scales.length + GROUP - 1) / GROUP;
            byte[] codes = new byte[groups * GROUP];
            float[] largest = new float[groups];
            for (int i = 0; i < scales.length; i++) {
                largest[i / GROUP] = Math.max(largest[i / GROUP], Math.abs(scales[i] - mean));
            }
            for (int i = 0; i < scales.length; i++) {
                float most = largest[i / GROUP];
                codes[i] = (byte) nearest(most == 0 ? 0 : (scales[i] - mean) / most);
            }
            try (NDManager host = manager.newSubManager()) {
                NDArray bytes = host.create(new Shape(groups, GROUP), DataType.UINT8);
                bytes.toByteBuffer(true).put(codes);
                return new Rounded(
                        QuantizedMatrix.kept(bytes, manager),
                        QuantizedMatrix.kept(host.create(largest, new Shape(groups, 1)), manager),
                        QuantizedMatrix.kept(host.create(MAP, new Shape(256, 1)), manager),
                        QuantizedMatrix.kept(host.create(mean), manager),
                        scales.length);
            }
        }

        @Override
        public NDArray on(NDArray blocks) {
            try (NDArray scales = widened()) {
                return blocks.muli(scales);
            }
        }

        /** (B, 1), which the caller closes. */
        private NDArray widened() {
            try (NDArray index = codes.toType(DataType.INT32, true);
                    NDArray looked =
                            Embedding.embedding(index, map, SparseFormat.DENSE).singletonOrThrow(); // (P, 256, 1)
                    NDArray groups = looked.reshape(-1, GROUP);
                    NDArray flat = groups.muli(largest).addi(mean).reshape(-1, 1)) {
                return flat.get("0:" + count);
            }
        }

        @Override
        public float[] values() {
            try (NDArray scales = widened()) {
                return scales.toFloatArray();
            }
        }
    }
}
