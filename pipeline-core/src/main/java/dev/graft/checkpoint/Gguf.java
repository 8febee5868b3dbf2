// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The GGUF format of llama.cpp, versions 2 and 3: magic, version, counts, metadata by key, each tensor's name, dimensions, type
 * and offset, and the data, aligned; all little-endian. Values are dequantised when they are asked for.
 *
 * @param metadata by key; numbers, texts, truth values and arrays of them
 * @param weights by the names of llama.cpp, row-major
 */
record Gguf(ObjectNode metadata, Weights weights) {
    private static final int MAGIC = 0x46554747;
    private static final int MOST_ENTRIES = 1 << 20;
    private static final int MOST_BYTES = 1 << 26;
    private static final int MOST_DIMENSIONS = 4;
    private static final String ALIGNMENT = "general.alignment";

    /**
     * @throws CheckpointException if the file is not such a model, or is cut off
     */
    static Gguf read(Path file) {
        try (Reader reader = new Reader(file)) {
            return reader.read();
        } catch (EOFException e) {
            throw new CheckpointException(file + " ends within its header", e);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e, e);
        }
    }

    private static final class Reader implements AutoCloseable {
        private final Path file;
        private final DataInputStream in;
        private final long bytes;
        private long position;

        Reader(Path file) throws IOException {
            this.file = file;
            bytes = Files.size(file);
            in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
        }

        private record Info(String name, long[] shape, int type, long offset) {}

        Gguf read() throws IOException {
            if (bytes < 4 || u32() != MAGIC) {
                throw wrong("it does not begin with GGUF");
            }
            int version = u32();
            if (version != 2 && version != 3) {
                throw wrong("version " + version + "; known are 2 and 3");
            }
            int tensors = count("number of tensors", MOST_ENTRIES);
            int entries = count("number of metadata", MOST_ENTRIES);
            ObjectNode metadata = JsonNodeFactory.instance.objectNode();
            for (int i = 0; i < entries; i++) {
                String key = text();
                if (metadata.has(key)) {
                    throw wrong("the key " + key + " stands twice");
                }
                metadata.set(key, value(u32(), key));
            }
            List<Info> infos = new ArrayList<>();
            for (int i = 0; i < tensors; i++) {
                infos.add(info());
            }
            int alignment = metadata.path(ALIGNMENT).asInt(32);
            if (alignment < 1) {
                throw wrong(ALIGNMENT + " is " + alignment);
            }
            long base = (position + alignment - 1) / alignment * alignment;
            List<Tensor> all = new ArrayList<>();
            for (Info info : infos) {
                all.add(tensor(info, base));
            }
            return new Gguf(metadata, new Weights(all));
        }

        private Info info() throws IOException {
            String name = text();
            int dimensions = u32();
            if (dimensions < 0 || dimensions > MOST_DIMENSIONS) {
                throw wrong(name + " has " + dimensions + " dimensions; allowed are up to " + MOST_DIMENSIONS);
            }
            long[] shape = new long[dimensions];
            for (int i = dimensions - 1; i >= 0; i--) { // the fastest stands first
                shape[i] = u64();
            }
            return new Info(name, shape, u32(), u64());
        }

        private Tensor tensor(Info info, long base) {
            long[] shape = info.shape;
            GgufType type = GgufType.of(info.type)
                    .orElseThrow(() -> wrong(info.name + " is of the type " + info.type + "; known are "
                            + Arrays.toString(GgufType.values())));
            long blocks;
            try {
                long values = Arrays.stream(shape).reduce(1, Math::multiplyExact);
                boolean whole =
                        shape.length == 0 ? type.blockValues() == 1 : shape[shape.length - 1] % type.blockValues() == 0;
                if (!whole || values < 1 || values > Integer.MAX_VALUE) {
                    throw wrong(info.name + " is " + Arrays.toString(shape) + "; allowed are up to 2^31 - 1 values in"
                            + " blocks of " + type.blockValues());
                }
                blocks = values / type.blockValues();
            } catch (ArithmeticException e) {
                throw new CheckpointException(file + ": " + info.name + " is " + Arrays.toString(shape), e);
            }
            long start = base + info.offset;
            if (info.offset < 0 || start + blocks * type.blockBytes() > bytes) {
                throw wrong(info.name + " lies at " + start + " and has " + blocks * type.blockBytes()
                        + " bytes, but the file ends at " + bytes);
            }
            return new Tensor(
                    info.name,
                    shape,
                    to -> {
                        FloatBuffer out = to.asFloatBuffer();
                        each(type, start, blocks, block -> type.dequantise(block, out));
                    },
                    type.blocks((codes, scales, minima) ->
                            each(type, start, blocks, block -> type.split(block, codes, scales, minima))));
        }

        /** Hands on the bytes of all blocks, from which each call takes those of one. */
        private void each(GgufType type, long start, long blocks, Consumer<ByteBuffer> taker) {
            int most = Math.max(1, (1 << 20) / type.blockBytes());
            ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(blocks, most) * type.blockBytes())
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (long from = 0; from < blocks; from += most) {
                chunk.clear().limit((int) Math.min(most, blocks - from) * type.blockBytes());
                new FileRegion(file, start + from * type.blockBytes()).read(chunk);
                while (chunk.hasRemaining()) {
                    taker.accept(chunk);
                }
            }
        }

        private JsonNode value(int type, String key) throws IOException {
            JsonNodeFactory json = JsonNodeFactory.instance;
            return switch (type) {
                case 0 -> json.numberNode(u8());
                case 1 -> json.numberNode((byte) u8());
                case 2 -> json.numberNode(u8() | u8() << 8);
                case 3 -> json.numberNode((short) (u8() | u8() << 8));
                case 4 -> json.numberNode(u32() & 0xffffffffL);
                case 5 -> json.numberNode(u32());
                case 6 -> json.numberNode((double) Float.intBitsToFloat(u32()));
                case 7 -> json.booleanNode(u8() != 0);
                case 8 -> json.textNode(text());
                case 9 -> {
                    int of = u32();
                    if (of == 9) {
                        throw wrong(key + " is an array of arrays");
                    }
                    int count = count("length of " + key, MOST_BYTES);
                    ArrayNode array = json.arrayNode();
                    for (int i = 0; i < count; i++) {
                        array.add(value(of, key));
                    }
                    yield array;
                }
                case 10, 11 -> json.numberNode(u64());
                case 12 -> json.numberNode(Double.longBitsToDouble(u64()));
                default -> throw wrong(key + " is of the type " + type + "; known are 0 to 12");
            };
        }

        private String text() throws IOException {
            byte[] utf8 = new byte[count("length of a text", MOST_BYTES)];
            in.readFully(utf8);
            position += utf8.length;
            return new String(utf8, StandardCharsets.UTF_8);
        }

        private int count(String what, int most) throws IOException {
            long given = u64();
            if (given < 0 || given > most || given > bytes) {
                throw wrong("the " + what + " is " + given + " in a file of " + bytes + " bytes");
            }
            return (int) given;
        }

        private int u8() throws IOException {
            position++;
            return in.readUnsignedByte();
        }

        private int u32() throws IOException {
            position += 4;
            return Integer.reverseBytes(in.readInt());
        }

        private long u64() throws IOException {
            position += 8;
            return Long.reverseBytes(in.readLong());
        }

        private CheckpointException wrong(String what) {
            return new CheckpointException(file + " is no GGUF file that can be read: " + what);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
