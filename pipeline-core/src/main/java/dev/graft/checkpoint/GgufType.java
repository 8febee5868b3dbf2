// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The types of a GGUF file's tensors: blocks of values that share a scale and, in some, a minimum. The arithmetic is that of
 * ggml-quants.c, value by value in 32 bits, so that the results are the same to the last bit.
 */
enum GgufType {
    F32(0, 1, 4) {
        @Override
        void dequantise(ByteBuffer in, FloatBuffer out) {
            out.put(in.getFloat());
        }
    },
    F16(1, 1, 2) {
        @Override
        void dequantise(ByteBuffer in, FloatBuffer out) {
            out.put(half(in));
        }
    },
    BF16(30, 1, 2) {
        @Override
        void dequantise(ByteBuffer in, FloatBuffer out) {
            out.put(Float.intBitsToFloat(in.getShort() << 16));
        }
    },
    /** d (q - 8), 4 bits each. */
    Q4_0(2, 32, 18) {
        @Override
        void dequantise(ByteBuffer in, FloatBuffer out) {
            float d = half(in);
            byte[] quants = taken(in, 16);
            for (int i = 0; i < 32; i++) {
                out.put(d * (nibble(quants, i) - 8));
            }
        }

        @Override
        Optional<Blocks> blocks(Blocks.Source source) {
            return Optional.of(new Blocks(4, -8, 32, false, source));
        }

        @Override
        void split(ByteBuffer in, ByteBuffer codes, FloatBuffer scales, FloatBuffer minima) {
            scales.put(half(in));
            byte[] quants = taken(in, 16);
            for (int i = 0; i < 32; i++) {
                codes.put((byte) (nibble(quants, i) - 8));
            }
        }
    },
    /** d q + m, 4 bits each. */
    Q4_1(3, 32, 20) {
        @Override
        void dequantise(ByteBuffer in, FloatBuffer out) {
            float d = half(in);
            float m = half(in);
            byte[] quants = taken(in, 16);
            for (int i = 0; i < 32; i++) {
                out.put(d * nibble(quants, i) + m);
            }
        }

        @Override
        Optional<Blocks> blocks(Blocks.Source source) {
            return Optional.of(new Blocks(4, 0, 32, true, source));
        }

        @Override
        void split(ByteBuffer in, ByteBuffer codes, FloatBuffer scales, FloatBuffer minima) {
            scales.put(half(in));
            minima.put(half(in));
            byte[] quants = taken(in, 16);
            for (int i = 0; i < 32; i++) {
                codes.put((byte) nibble(quants, i));
            }
        }
    },
    /** d (q - 16), 4 bits and a fifth apart. */
    Q5_0(6, 32, 22) {
        @Override
        void dequantise(ByteBuffer in, FloatBuffer out) {
            float d = half(in);
            int high = in.getInt();
            byte[] quants = taken(in, 16);
            for (int i = 0; i < 32; i++) {
                out.put(d * ((nibble(quants, i) | (high >>> i & 1) << 4) - 16));
            }
        }
    },
    /** d q + m, 4 bits and a fifth apart. */
    Q5_1(7, 32, 24) {
        @Override
        void dequantise(ByteBuffer in, FloatBuffer out) {
            float d = half(in);
            float m = half(in);
            int high = in.getInt();
            byte[] quants = taken(in, 16);
            for (int i = 0; i < 32; i++) {
                out.put(d * (nibble(quants, i) | (high >>> i & 1) << 4) + m);
            }
        }
    },
    /** d q, 8 bits each. */
    Q8_0(8, 32, 34) {
        @Override
        void dequantise(ByteBuffer in, FloatBuffer out) {
            float d = half(in);
            for (int i = 0; i < 32; i++) {
                out.put(in.get() * d);
            }
        }

        @Override
        Optional<Blocks> blocks(Blocks.Source source) {
            return Optional.of(new Blocks(8, -128, 32, false, source));
        }

        @Override
        void split(ByteBuffer in, ByteBuffer codes, FloatBuffer scales, FloatBuffer minima) {
            scales.put(half(in));
            for (int i = 0; i < 32; i++) {
                codes.put(in.get());
            }
        }
    },
    /** (d s) q - dmin m in eight parts, 4 bits each; s and m have 6 bits. */
    Q4_K(12, 256, 144) {
        @Override
        void dequantise(ByteBuffer in, FloatBuffer out) {
            float d = half(in);
            float min = half(in);
            byte[] scales = taken(in, 12);
            byte[] quants = taken(in, 128);
            for (int i = 0; i < 256; i++) {
                int part = i / 32;
                int q = quants[part / 2 * 32 + i % 32] >>> part % 2 * 4 & 15;
                out.put(d * scale(scales, part) * q - min * minimum(scales, part));
            }
        }
    },
    /** As Q4_K, with a fifth bit apart. */
    Q5_K(13, 256, 176) {
        @Override
        void dequantise(ByteBuffer in, FloatBuffer out) {
            float d = half(in);
            float min = half(in);
            byte[] scales = taken(in, 12);
            byte[] high = taken(in, 32);
            byte[] quants = taken(in, 128);
            for (int i = 0; i < 256; i++) {
                int part = i / 32;
                int q = quants[part / 2 * 32 + i % 32] >>> part % 2 * 4 & 15 | (high[i % 32] >>> part & 1) << 4;
                out.put(d * scale(scales, part) * q - min * minimum(scales, part));
            }
        }
    },
    /** (d s) (q - 32) in sixteen parts, 4 bits and two apart. */
    Q6_K(14, 256, 210) {
        @Override
        void dequantise(ByteBuffer in, FloatBuffer out) {
            byte[] low = taken(in, 128);
            byte[] high = taken(in, 64);
            byte[] scales = taken(in, 16);
            float d = half(in);
            for (int i = 0; i < 256; i++) {
                int row = i % 128;
                int four = low[i / 128 * 64 + row % 64] >>> row / 64 * 4 & 15;
                int two = high[i / 128 * 32 + row % 32] >>> row / 32 * 2 & 3;
                out.put(d * scales[i / 16] * ((four | two << 4) - 32));
            }
        }
    };

    private final int id;
    private final int values;
    private final int bytes;

    GgufType(int id, int values, int bytes) {
        this.id = id;
        this.values = values;
        this.bytes = bytes;
    }

    static Optional<GgufType> of(int id) {
        return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
    }

    int id() {
        return id;
    }

    /** Values of a block. */
    int blockValues() {
        return values;
    }

    /** Bytes of a block. */
    int blockBytes() {
        return bytes;
    }

    /** Reads a block of {@link #blockBytes()} bytes, little-endian, and puts {@link #blockValues()} values. */
    abstract void dequantise(ByteBuffer in, FloatBuffer out);

    /** How a tensor of the type lies in a file, where that can be kept as it is. */
    Optional<Blocks> blocks(Blocks.Source source) {
        return Optional.empty();
    }

    /** Reads a block as {@link #dequantise} does, and puts its parts apart. */
    void split(ByteBuffer in, ByteBuffer codes, FloatBuffer scales, FloatBuffer minima) {
        throw new IllegalStateException(this + " is not kept as it is");
    }

    private static float half(ByteBuffer in) {
        return Safetensors.halfToFloat(in.getShort());
    }

    private static byte[] taken(ByteBuffer in, int count) {
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    /** Of 32 values in 16 bytes: the first half are the lower bits. */
    private static int nibble(byte[] quants, int i) {
        return quants[i % 16] >>> i / 16 * 4 & 15;
    }

    /** Eight scales and eight minima of 6 bits in 12 bytes: the last four of each have their upper bits in the first ones. */
    private static int scale(byte[] packed, int part) {
        return part < 4 ? packed[part] & 63 : packed[part + 4] & 15 | packed[part - 4] >>> 2 & 48;
    }

    private static int minimum(byte[] packed, int part) {
        return part < 4 ? packed[part + 4] & 63 : packed[part + 4] >>> 4 & 15 | packed[part] >>> 2 & 48;
    }
}
