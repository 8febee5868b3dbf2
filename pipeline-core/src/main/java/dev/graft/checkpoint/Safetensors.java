// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The safetensors format: the length of the header (u64, little-endian), a JSON header that names each tensor's dtype,
 * shape and offsets relative to the data, and the data. Values are read from the file when they are asked for; BF16 and F16
 * are widened.
 */
public final class Safetensors {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METADATA = "__metadata__";
    private static final int MAX_HEADER_BYTES = 100_000_000;

    private Safetensors() {}

    /**
     * @throws CheckpointException if the header is not one, or a tensor reaches beyond the file
     */
    public static Weights read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer header = header(channel, file);
            JsonNode entries = JSON.readTree(header.array());
            List<Tensor> tensors = new ArrayList<>();
            for (Iterator<Map.Entry<String, JsonNode>> it = entries.fields(); it.hasNext(); ) {
                Map.Entry<String, JsonNode> entry = it.next();
                if (!entry.getKey().equals(METADATA)) {
                    tensors.add(tensor(file, channel, 8 + header.capacity(), entry.getKey(), entry.getValue()));
                }
            }
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

    /** Writes F32 tensors by name beside {@code file} and renames the draft, so that no reader sees half a file. */
    public static void write(Path file, Weights weights, Map<String, String> metadata) {
        ObjectNode header = JSON.createObjectNode();
        ObjectNode meta = header.putObject(METADATA);
        metadata.forEach(meta::put);
        long offset = 0;
        for (Tensor tensor : weights.tensors()) {
            ObjectNode entry = header.putObject(tensor.name());
            entry.put("dtype", "F32");
            var shape = entry.putArray("shape");
            for (long size : tensor.shape()) {
                shape.add(size);
            }
            long end = offset + 4L * tensor.size();
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
                ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(4, tensor.size()));
                tensor.read(bytes);
                writeFully(channel, bytes);
            }
            channel.force(true);
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file + ": " + e, e);
        }
    }

    /** Spaces up to a multiple of 8, so that the data is aligned. */
    private static byte[] padded(String json) {
        int bytes = json.getBytes(StandardCharsets.UTF_8).length;
        return (json + " ".repeat((8 - bytes % 8) % 8)).getBytes(StandardCharsets.UTF_8);
    }

    private static Tensor tensor(Path file, FileChannel channel, long base, String name, JsonNode entry)
            throws IOException {
        long begin = entry.path("data_offsets").path(0).asLong(-1);
        long end = entry.path("data_offsets").path(1).asLong(-1);
        if (begin < 0 || end < begin || base + end > channel.size()) {
            throw new CheckpointException(file + ": " + name + " lies at " + entry.path("data_offsets")
                    + ", but the file holds " + (channel.size() - base) + " bytes of data");
        }
        long[] shape = new long[entry.path("shape").size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = entry.path("shape").get(i).asLong();
        }
        String dtype = entry.path("dtype").asText();
        FileRegion region = new FileRegion(file, base + begin);
        Tensor tensor = new Tensor(
                name,
                shape,
                switch (dtype) {
                    case "F32" -> region;
                    case "BF16" -> to -> widen(region, to, half -> Float.intBitsToFloat(half << 16));
                    case "F16" -> to -> widen(region, to, Safetensors::halfToFloat);
                    default ->
                        throw new CheckpointException(
                                file + ": " + name + " is " + dtype + "; allowed are F32, BF16 and F16");
                });
        long bytes = (dtype.equals("F32") ? 4L : 2L) * tensor.size();
        if (end - begin != bytes) {
            throw new CheckpointException(file + ": " + name + " takes " + bytes + " bytes as " + dtype + " "
                    + Arrays.toString(shape) + ", but the file has " + (end - begin));
        }
        return tensor;
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
