// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The safetensors format: the length of the header (u64, little-endian), a JSON header that names each tensor's dtype,
 * shape and offsets relative to the data, and the data. Values are read from the file when they are asked for; BF16 and F16
 * are widened, and tensors of other types may stand in a file as long as nobody asks for their values.
 */
public final class Safetensors {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String METADATA = "__metadata__";
    private static final int MAX_HEADER_BYTES = 100_000_000;

    private Safetensors() {}

    /**
     * @throws CheckpointException if the header is not one, a name stands twice, or the tensors do not fill the file one
     *     after the other
     */
    public static Weights read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer header = header(channel, file);
            JsonNode entries = JSON.readTree(header.array());
            if (!entries.isObject()) {
                throw new CheckpointException(file + ": the header is no JSON object");
            }
            List<Tensor> tensors = new ArrayList<>();
            List<Place> places = new ArrayList<>();
            long base = 8L + header.capacity();
            for (Iterator<Map.Entry<String, JsonNode>> it = entries.fields(); it.hasNext(); ) {
                Map.Entry<String, JsonNode> entry = it.next();
                if (!entry.getKey().equals(METADATA)) {
                    Place place = Place.of(file, entry.getKey(), entry.getValue());
                    places.add(place);
                    tensors.add(place.tensor(file, base));
                }
            }
            requireFilled(file, places, channel.size() - base);
            return new Weights(tensors);
        } catch (JsonProcessingException e) {
            throw new CheckpointException(file + ": the header is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e, e);
        }
    }

    /**
     * The texts that were written beside the tensors, by key.
     *
     * @throws CheckpointException if the header is not one
     */
    public static Map<String, String> metadata(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Map<String, String> metadata = new TreeMap<>();
            JSON.readTree(header(channel, file).array())
                    .path(METADATA)
                    .fields()
                    .forEachRemaining(entry ->
                            metadata.put(entry.getKey(), entry.getValue().asText()));
            return metadata;
        } catch (JsonProcessingException e) {
            throw new CheckpointException(file + ": the header is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e, e);
        }
    }

    private static ByteBuffer header(FileChannel channel, Path file) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        new FileRegion(file, 0).read(channel, length);
        long headerBytes = length.getLong(0);
        if (headerBytes < 2 || headerBytes > MAX_HEADER_BYTES || headerBytes + 8 > channel.size()) {
            throw new CheckpointException(file + ": a header of " + headerBytes + " bytes in a file of "
                    + channel.size() + " is not safetensors");
        }
        ByteBuffer header = ByteBuffer.allocate(Math.toIntExact(headerBytes));
        new FileRegion(file, 8).read(channel, header);
        return header;
    }

    /** As {@link #write(Path, Weights, DType, Map)}, in 32 bits. */
    public static void write(Path file, Weights weights, Map<String, String> metadata) {
        write(file, weights, DType.F32, metadata);
    }

    /** Writes tensors by name beside {@code file} and renames the draft, so that no reader sees half a file. */
    public static void write(Path file, Weights weights, DType dtype, Map<String, String> metadata) {
        if (dtype == DType.Q8_0) {
            throw new IllegalArgumentException("safetensors hold F32, F16 and BF16, not " + dtype);
        }
        ObjectNode header = JSON.createObjectNode();
        ObjectNode meta = header.putObject(METADATA);
        metadata.forEach(meta::put);
        long offset = 0;
        for (Tensor tensor : weights.tensors()) {
            ObjectNode entry = header.putObject(tensor.name());
            entry.put("dtype", dtype.name());
            var shape = entry.putArray("shape");
            for (long size : tensor.shape()) {
                shape.add(size);
            }
            long end = offset + dtype.bytes(tensor.size());
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        Path draft = file.resolveSibling(file.getFileName() + ".draft");
        try (FileChannel channel = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            byte[] json = padded(JSON.writeValueAsString(header));
            ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            writeFully(channel, length.putLong(0, json.length));
            writeFully(channel, ByteBuffer.wrap(json));
            for (Tensor tensor : weights.tensors()) {
                writeFully(channel, encoded(tensor, dtype));
            }
            channel.force(true);
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file + ": " + e, e);
        }
    }

    private static ByteBuffer encoded(Tensor tensor, DType dtype) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(dtype.bytes(tensor.size()))).order(ByteOrder.LITTLE_ENDIAN);
        if (dtype == DType.F32) {
            tensor.read(bytes);
            return bytes;
        }
        for (FloatBuffer values = FloatBuffer.wrap(tensor.values()); values.hasRemaining(); ) {
            dtype.encode(values, bytes);
        }
        return bytes.flip();
    }

    /** Spaces up to a multiple of 8, so that the data is aligned. */
    private static byte[] padded(String json) {
        int bytes = json.getBytes(StandardCharsets.UTF_8).length;
        return (json + " ".repeat((8 - bytes % 8) % 8)).getBytes(StandardCharsets.UTF_8);
    }

    /** Without holes and overlaps, as the format asks. */
    private static void requireFilled(Path file, List<Place> places, long bytes) {
        long end = 0;
        for (Place place : places.stream()
                .sorted(Comparator.comparingLong(Place::begin).thenComparingLong(Place::end))
                .toList()) {
            if (place.end > bytes) {
                throw new CheckpointException(file + ": " + place.name + " lies at [" + place.begin + "," + place.end
                        + "], but the file holds " + bytes + " bytes of data");
            }
            if (place.begin != end) {
                throw new CheckpointException(file + ": " + place.name + " lies at [" + place.begin + "," + place.end
                        + "], but the tensors before it end at " + end + "; allowed are no holes and no overlaps");
            }
            end = place.end;
        }
        if (end != bytes) {
            throw new CheckpointException(
                    file + ": the tensors end at " + end + ", but the file holds " + bytes + " bytes of data");
        }
    }

    /**
     * What the header says of a tensor.
     *
     * @param begin first byte, from the start of the data
     * @param end last byte, exclusive
     */
    private record Place(String name, String dtype, long[] shape, long begin, long end) {
        static Place of(Path file, String name, JsonNode entry) {
            long[] shape = longs(file, name, "shape", entry.path("shape"));
            long[] offsets = longs(file, name, "data_offsets", entry.path("data_offsets"));
            if (offsets.length != 2 || offsets[1] < offsets[0]) {
                throw new CheckpointException(file + ": " + name + ": data_offsets is " + entry.path("data_offsets")
                        + "; allowed are a first byte and a last one");
            }
            Place place = new Place(name, entry.path("dtype").asText(), shape, offsets[0], offsets[1]);
            int bits = bits(place.dtype);
            try {
                long bytes = Arrays.stream(shape).reduce(1, Math::multiplyExact);
                bytes = Math.multiplyExact(bytes, Math.max(bits, 0)) / 8;
                if (bits > 0 && offsets[1] - offsets[0] != bytes) {
                    throw new CheckpointException(file + ": " + name + " takes " + bytes + " bytes as " + place.dtype
                            + " " + Arrays.toString(shape) + ", but the file has " + (offsets[1] - offsets[0]));
                }
            } catch (ArithmeticException e) {
                throw new CheckpointException(
                        file + ": " + name + ": shape is " + Arrays.toString(shape) + ", more than any file holds");
            }
            return place;
        }

        private static long[] longs(Path file, String name, String key, JsonNode list) {
            long[] longs = new long[list.size()];
            boolean fits = list.isArray();
            for (int i = 0; fits && i < longs.length; i++) {
                fits = list.get(i).isIntegralNumber()
                        && list.get(i).canConvertToLong()
                        && list.get(i).asLong() >= 0;
                longs[i] = list.get(i).asLong();
            }
            if (!fits) {
                throw new CheckpointException(file + ": " + name + ": " + key + " is "
                        + (list.isMissingNode() ? "missing" : list) + "; allowed is a list of whole numbers from 0");
            }
            return longs;
        }

        /** Bits of a value; 0 for a type that is not known here, which may stand in a file that nobody reads it from. */
        private static int bits(String dtype) {
            return switch (dtype) {
                case "F64", "I64", "U64", "C64" -> 64;
                case "F32", "I32", "U32" -> 32;
                case "F16", "BF16", "I16", "U16" -> 16;
                case "I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2", "F8_E8M0" -> 8;
                default -> 0;
            };
        }

        Tensor tensor(Path file, long base) {
            FileRegion region = new FileRegion(file, base + begin);
            return new Tensor(
                    name,
                    shape,
                    switch (dtype) {
                        case "F32" -> region;
                        case "BF16" -> to -> widen(region, to, half -> Float.intBitsToFloat(half << 16));
                        case "F16" -> to -> widen(region, to, Safetensors::halfToFloat);
                        default ->
                            to -> {
                                throw new CheckpointException(
                                        file + ": " + name + " is " + dtype + "; allowed are F32, BF16 and F16");
                            };
                    });
        }
    }

    private interface Widening {
        float of(short half);
    }

    private static void widen(FileRegion region, ByteBuffer to, Widening widening) {
        ByteBuffer halves = ByteBuffer.allocate(to.remaining() / 2).order(ByteOrder.LITTLE_ENDIAN);
        region.read(halves);
        while (halves.hasRemaining()) {
            to.putFloat(widening.of(halves.getShort()));
        }
    }

    /** IEEE 754 binary16 to binary32; exact. */
    static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> 10) & 0x1f;
        int mantissa = half & 0x3ff;
        if (exponent == 0) {
            float subnormal = mantissa * 0x1p-24f;
            return sign == 0 ? subnormal : -subnormal;
        }
        int widened = exponent == 31 ? 0xff : exponent + 112;
        return Float.intBitsToFloat(sign | (widened << 23) | (mantissa << 13));
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
