// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model as Marian writes it (Junczys-Dowmunt et al. 2018): u64 version, u64 count, a header for each array (the
 * lengths of its name, shape and data, and its type), names, shapes, padding, data; all little-endian.
 *
 * <p>Arrays are 32-bit floats, or 8-bit integers with one multiplier behind them ({@code intgemm8}), which are divided
 * by it here. A linear map is [out, in], whichever of the two it is; embeddings are [pieces, width]. The activations'
 * multipliers ({@code *_QuantMultA}) belong to integer products alone and are left out.
 *
 * @param settings YAML, as the file holds it
 * @param weights by Marian's names
 */
public record MarianFile(String settings, Weights weights) {
    private static final int VERSION = 1;
    private static final int MOST_ARRAYS = 10_000;
    private static final int MOST_DIMENSIONS = 8;
    private static final long TEXT = 0x0101;
    private static final long FLOAT32 = 0x0404;
    private static final long INTGEMM8 = 0x4101;
    private static final String SETTINGS = "special:model.yml";
    private static final String ACTIVATION_MULTIPLIER = "_QuantMultA";

    /**
     * @param file plain, or compressed if its name ends in {@code .gz}
     * @throws CheckpointException if the file is not such a model, to the last byte
     */
    public static MarianFile read(Path file) {
        return new Reader(file, ByteBuffer.wrap(Gzip.read(file)).order(ByteOrder.LITTLE_ENDIAN)).read();
    }

    private record Header(int nameBytes, long type, int dimensions, int bytes) {}

    private record Reader(Path file, ByteBuffer in) {
        MarianFile read() {
            long version = u64("version");
            if (version != VERSION) {
                throw wrong("version " + version + "; known is " + VERSION);
            }
            int count = size("number of arrays", MOST_ARRAYS);
            List<Header> headers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                headers.add(header());
            }
            List<String> names =
                    headers.stream().map(header -> name(header.nameBytes)).toList();
            List<long[]> shapes =
                    headers.stream().map(header -> shape(header.dimensions)).toList();
            bytes("padding", size("padding", in.remaining()));
            @Nullable String settings = null;
            List<Tensor> tensors = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Header header = headers.get(i);
                String name = names.get(i);
                ByteBuffer data = bytes(name, header.bytes);
                if (name.equals(SETTINGS) && header.type == TEXT) {
                    settings = text(data);
                } else if (!name.endsWith(ACTIVATION_MULTIPLIER)) {
                    tensors.add(tensor(name, header.type, shapes.get(i), data));
                }
            }
            if (in.hasRemaining()) {
                throw wrong(in.remaining() + " bytes are left behind the last array");
            }
            if (settings == null) {
                throw wrong("there is no " + SETTINGS + " among its " + count + " arrays");
            }
            return new MarianFile(settings, weights(tensors));
        }

        private Header header() {
            int nameBytes = size("length of a name", in.remaining());
            long type = u64("type");
            return new Header(
                    nameBytes,
                    type,
                    size("number of dimensions", MOST_DIMENSIONS),
                    size("length of an array", in.remaining()));
        }

        private Weights weights(List<Tensor> tensors) {
            try {
                return new Weights(tensors);
            } catch (IllegalArgumentException e) {
                throw new CheckpointException(file + ": " + e.getMessage(), e);
            }
        }

        private Tensor tensor(String name, long type, long[] shape, ByteBuffer data) {
            int size = elements(name, shape);
            boolean linear = isLinear(name) && shape.length == 2;
            if (type == FLOAT32) {
                need(name, shape, data, 4L * size);
                float[] values = new float[size];
                data.asFloatBuffer().get(values);
                Tensor tensor = Tensor.of(name, shape, values);
                return linear ? tensor.transposed(name) : tensor;
            }
            if (type == INTGEMM8) {
                need(name, shape, data, size + 4L);
                float multiplier = data.getFloat(size);
                if (!(multiplier > 0) || Float.isInfinite(multiplier)) {
                    throw wrong(name + " has the multiplier " + multiplier + "; allowed are positive numbers");
                }
                float[] values = new float[size];
                for (int i = 0; i < size; i++) {
                    values[i] = data.get(i) / multiplier;
                }
                // Integer matrices lie transposed already, as the product wants them.
                return Tensor.of(name, linear ? new long[] {shape[1], shape[0]} : shape, values);
            }
            throw wrong(name + " has the type 0x" + Long.toHexString(type)
                    + "; allowed are 0x404 (32-bit floats) and 0x4101 (intgemm8)");
        }

        /** {@code ..._W}, {@code ..._Wq}, {@code ..._W1}; not {@code Wemb}. */
        private static boolean isLinear(String name) {
            int at = name.lastIndexOf("_W");
            return at >= 0 && name.length() - at <= 3;
        }

        private int elements(String name, long[] shape) {
            long size = 1;
            for (long dimension : shape) {
                if (dimension < 1 || dimension > Integer.MAX_VALUE) {
                    throw wrong(name + " has the shape " + Arrays.toString(shape));
                }
                size *= dimension;
                if (size > Integer.MAX_VALUE / 4) {
                    throw wrong(name + " of shape " + Arrays.toString(shape) + " is too large");
                }
            }
            return (int) size;
        }

        private void need(String name, long[] shape, ByteBuffer data, long bytes) {
            if (data.remaining() < bytes) {
                throw wrong(name + " of shape " + Arrays.toString(shape) + " takes " + bytes + " bytes, but has "
                        + data.remaining());
            }
        }

        private String name(int length) {
            return text(bytes("a name", length));
        }

        private static String text(ByteBuffer bytes) {
            String text = StandardCharsets.UTF_8.decode(bytes).toString();
            int end = text.indexOf('\0');
            return end < 0 ? text : text.substring(0, end);
        }

        private long[] shape(int dimensions) {
            ByteBuffer bytes = bytes("a shape", 4 * dimensions);
            long[] shape = new long[dimensions];
            for (int i = 0; i < dimensions; i++) {
                shape[i] = bytes.getInt();
            }
            return shape;
        }

        private long u64(String what) {
            return bytes(what, 8).getLong();
        }

        private int size(String what, int most) {
            long size = u64(what);
            if (size < 0 || size > most) {
                throw wrong("the " + what + " is " + Long.toUnsignedString(size) + ", which can't be");
            }
            return (int) size;
        }

        private ByteBuffer bytes(String what, int count) {
            if (count > in.remaining()) {
                throw wrong("it ends within " + what + ", after " + in.limit() + " bytes");
            }
            ByteBuffer bytes = in.slice(in.position(), count).order(ByteOrder.LITTLE_ENDIAN);
            in.position(in.position() + count);
            return bytes;
        }

        private CheckpointException wrong(String what) {
            return new CheckpointException(file + ": not a model of Marian: " + what);
        }
    }
}
