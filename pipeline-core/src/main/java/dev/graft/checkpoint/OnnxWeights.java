// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the fp32 initialisers of an ONNX export of a Hugging Face encoder under the names of the parameters. An export
 * names embeddings, biases and LayerNorms; a matrix is anonymous and stored [in, out], and belongs to the MatMul node
 * that reads it, whose name is the parameter's path: {@code /encoder/layer.0/attention/self/query/MatMul}.
 *
 * <p>Only the fields of onnx.proto that this takes are read: ModelProto.graph (7), GraphProto.node (1) and initializer
 * (5), NodeProto.input (1), name (3) and op_type (4), TensorProto.dims (1), data_type (2), name (8) and raw_data (9).
 */
public final class OnnxWeights {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;
    private static final int FLOAT = 1;

    private OnnxWeights() {}

    /**
     * The values are read from the file when they are asked for.
     *
     * @throws CheckpointException if the file is not ONNX, or holds no fp32 initialisers
     */
    public static Weights read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(file, channel.map(MapMode.READ_ONLY, 0, channel.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e, e);
        }
    }

    private static Weights read(Path file, ByteBuffer content) {
        Map<String, Tensor> initialisers = new HashMap<>();
        Map<String, String> matMulPaths = new HashMap<>();
        try {
            for (Field model : fields(content)) {
                if (model.number == 7) {
                    for (Field graph : fields(model.bytes())) {
                        if (graph.number == 5) {
                            readInitialiser(file, graph.bytes(), initialisers);
                        } else if (graph.number == 1) {
                            readMatMul(graph.bytes(), matMulPaths);
                        }
                    }
                }
            }
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
            throw new CheckpointException(file + " is not a readable ONNX file: " + e, e);
        }
        List<Tensor> tensors = new ArrayList<>();
        for (Tensor tensor : initialisers.values()) {
            String path = matMulPaths.get(tensor.name());
            if (path != null && tensor.shape().length == 2) {
                tensors.add(transposed(path, tensor));
            } else if (tensor.shape().length > 0 && !tensor.name().contains("::")) {
                tensors.add(tensor);
            }
        }
        if (tensors.isEmpty()) {
            throw new CheckpointException(file + " holds no fp32 initialisers");
        }
        return new Weights(tensors);
    }

    private static void readInitialiser(Path file, ByteBuffer proto, Map<String, Tensor> initialisers) {
        List<Long> dims = new ArrayList<>();
        long type = 0;
        String name = "";
        ByteBuffer raw = ByteBuffer.allocate(0);
        for (Field field : fields(proto)) {
            switch (field.number) {
                case 1 -> dims.add(field.varint);
                case 2 -> type = field.varint;
                case 8 -> name = field.text();
                case 9 -> raw = field.bytes();
                default -> {} // a field that is not needed
            }
        }
        if (type == FLOAT && raw.hasRemaining()) {
            long[] shape = dims.stream().mapToLong(Long::longValue).toArray();
            Tensor tensor = new Tensor(name, shape, new FileRegion(file, raw.position()));
            if (raw.remaining() != 4L * tensor.size()) {
                throw new IllegalArgumentException(name + " of shape " + dims + " has " + raw.remaining() + " bytes");
            }
            initialisers.put(name, tensor);
        }
    }

    /** [in, out] as [out, in], transposed when it is read. */
    private static Tensor transposed(String name, Tensor matrix) {
        int in = Math.toIntExact(matrix.shape()[0]);
        int out = Math.toIntExact(matrix.shape()[1]);
        return new Tensor(name, new long[] {out, in}, to -> {
            FloatBuffer values = FloatBuffer.wrap(matrix.values());
            for (int row = 0; row < out; row++) {
                for (int column = 0; column < in; column++) {
                    to.putFloat(values.get(column * out + row));
                }
            }
        });
    }

    private static void readMatMul(ByteBuffer proto, Map<String, String> matMulPaths) {
        List<String> inputs = new ArrayList<>();
        String name = "";
        String type = "";
        for (Field field : fields(proto)) {
            switch (field.number) {
                case 1 -> inputs.add(field.text());
                case 3 -> name = field.text();
                case 4 -> type = field.text();
                default -> {} // a field that is not needed
            }
        }
        if (type.equals("MatMul") && inputs.size() == 2 && name.startsWith("/") && name.endsWith("/MatMul")) {
            String path = name.substring(1, name.length() - "/MatMul".length()).replace('/', '.');
            matMulPaths.put(inputs.get(1), path + ".weight");
        }
    }

    /**
     * @param content a view of the file, so that its position is a place there
     */
    private record Field(int number, long varint, ByteBuffer content) {
        /** A view of its own, so that a field can be read twice. */
        ByteBuffer bytes() {
            return content.duplicate();
        }

        String text() {
            return StandardCharsets.UTF_8.decode(content.duplicate()).toString();
        }
    }

    /** The fields of a protobuf message, in the order in which they stand. */
    private static List<Field> fields(ByteBuffer message) {
        ByteBuffer in = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer none = ByteBuffer.allocate(0);
        List<Field> fields = new ArrayList<>();
        while (in.hasRemaining()) {
            long key = varint(in);
            int number = (int) (key >>> 3);
            int wire = (int) (key & 7);
            switch (wire) {
                case VARINT -> fields.add(new Field(number, varint(in), none));
                case FIXED64 -> fields.add(new Field(number, in.getLong(), none));
                case FIXED32 -> fields.add(new Field(number, in.getInt(), none));
                case BYTES -> {
                    int length = Math.toIntExact(varint(in));
                    int end = in.position() + checked(length, in);
                    fields.add(new Field(number, 0, in.duplicate().limit(end)));
                    in.position(end);
                }
                default -> throw new IllegalArgumentException("wire type " + wire + " at byte " + in.position());
            }
        }
        return fields;
    }

    private static int checked(int length, ByteBuffer in) {
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("a field of " + length + " bytes at byte " + in.position()
                    + ", of which " + in.remaining() + " are left");
        }
        return length;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of over 64 bits at byte " + in.position());
    }
}
