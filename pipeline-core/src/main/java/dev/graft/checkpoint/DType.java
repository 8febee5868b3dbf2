// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** How values are written; each is rounded to the nearest that the type holds. */
public enum DType {
    F32(GgufType.F32, 0) {
        @Override
        void encode(FloatBuffer in, ByteBuffer out) {
            out.putFloat(in.get());
        }
    },
    F16(GgufType.F16, 1) {
        @Override
        void encode(FloatBuffer in, ByteBuffer out) {
            out.putShort(half(in.get()));
        }
    },
    BF16(GgufType.BF16, 32) {
        @Override
        void encode(FloatBuffer in, ByteBuffer out) {
            int bits = Float.floatToIntBits(in.get());
            out.putShort((short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16));
        }
    },
    /** Blocks of 32 values with a scale, by the arithmetic of gguf's own package; in GGUF files alone. */
    Q8_0(GgufType.Q8_0, 7) {
        @Override
        void encode(FloatBuffer in, ByteBuffer out) {
            float[] block = new float[32];
            in.get(block);
            float largest = 0;
            for (float value : block) {
                largest = Math.max(largest, Math.abs(value));
            }
            float scale = largest / 127;
            float inverse = scale == 0 ? 0 : 1 / scale;
            out.putShort(half(scale));
            for (float value : block) {
                float scaled = value * inverse;
                out.put((byte) Math.copySign(Math.floor(Math.abs(scaled) + 0.5), scaled));
            }
        }
    };

    private final GgufType gguf;
    private final int fileType;

    DType(GgufType gguf, int fileType) {
        this.gguf = gguf;
        this.fileType = fileType;
    }

    GgufType gguf() {
        return gguf;
    }

    /** The {@code general.file_type} of a file whose matrices are of this type. */
    int fileType() {
        return fileType;
    }

    /** Bytes of so many values, which fill whole blocks. */
    long bytes(long values) {
        return values / gguf.blockValues() * gguf.blockBytes();
    }

    /** Writes a block of values, little-endian. */
    abstract void encode(FloatBuffer in, ByteBuffer out);

    /** IEEE 754 binary32 to binary16, to the nearest and of two to the even one. */
    static short half(float value) {
        int bits = Float.floatToIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > 0x7f800000) {
            return (short) (sign | 0x7e00); // not a number
        }
        if (magnitude < 0x38800000) { // below 2^-14, where halves are 2^-24 apart
            return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24));
        }
        int rounded = magnitude + 0xfff + (magnitude >>> 13 & 1) - 0x38000000 >>> 13;
        return (short) (sign | Math.min(rounded, 0x7c00));
    }
}
