// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
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
    private static final int NUMBER = WireFormat.WIRETYPE_VARINT;
    private static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private static final int MODEL_GRAPH = 7 << 3 | BYTES;
    private static final int GRAPH_NODE = 1 << 3 | BYTES;
    private static final int GRAPH_INITIALIZER = 5 << 3 | BYTES;
    private static final int NODE_INPUT = 1 << 3 | BYTES;
    private static final int NODE_NAME = 3 << 3 | BYTES;
    private static final int NODE_OP_TYPE = 4 << 3 | BYTES;
    private static final int TENSOR_DIM = 1 << 3 | NUMBER;
    private static final int TENSOR_DATA_TYPE = 2 << 3 | NUMBER;
    private static final int TENSOR_NAME = 8 << 3 | BYTES;
    private static final int TENSOR_RAW_DATA = 9 << 3 | BYTES;

    private static final int FLOAT = 1;

    private OnnxWeights() {}

    /** Reads a message, whose end the stream knows. */
    private interface Message {
        void read(CodedInputStream in) throws IOException;
    }

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
            CodedInputStream in = CodedInputStream.newInstance(content);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == MODEL_GRAPH) {
                    within(in, graph -> readGraph(file, graph, initialisers, matMulPaths));
                } else {
                    in.skipField(tag);
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new CheckpointException(file + " is not a readable ONNX file: " + e.getMessage(), e);
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

    private static void within(CodedInputStream in, Message message) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        message.read(in);
        in.checkLastTagWas(0);
        in.popLimit(outer);
    }

    private static void readGraph(
            Path file, CodedInputStream in, Map<String, Tensor> initialisers, Map<String, String> matMulPaths)
            throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case GRAPH_NODE -> within(in, node -> readMatMul(node, matMulPaths));
                case GRAPH_INITIALIZER -> within(in, tensor -> readInitialiser(file, tensor, initialisers));
                default -> in.skipField(tag);
            }
        }
    }

    private static void readInitialiser(Path file, CodedInputStream in, Map<String, Tensor> initialisers)
            throws IOException {
        List<Long> dims = new ArrayList<>();
        int type = 0;
        String name = "";
        long bytes = 0;
        long position = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case TENSOR_DIM -> dims.add(in.readInt64());
                case TENSOR_DATA_TYPE -> type = in.readInt32();
                case TENSOR_NAME -> name = in.readString();
                case TENSOR_RAW_DATA -> {
                    bytes = in.readRawVarint32();
                    position = in.getTotalBytesRead();
                    in.skipRawBytes((int) bytes);
                }
                default -> in.skipField(tag);
            }
        }
        if (type == FLOAT && bytes > 0) {
            long[] shape = dims.stream().mapToLong(Long::longValue).toArray();
            Tensor tensor = new Tensor(name, shape, new FileRegion(file, position));
            if (bytes != 4L * tensor.size()) {
                throw new IllegalArgumentException(name + " of shape " + dims + " has " + bytes + " bytes");
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

    private static void readMatMul(CodedInputStream in, Map<String, String> matMulPaths) throws IOException {
        List<String> inputs = new ArrayList<>();
        String name = "";
        String type = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case NODE_INPUT -> inputs.add(in.readString());
                case NODE_NAME -> name = in.readString();
                case NODE_OP_TYPE -> type = in.readString();
                default -> in.skipField(tag);
            }
        }
        if (type.equals("MatMul") && inputs.size() == 2 && name.startsWith("/") && name.endsWith("/MatMul")) {
            String path = name.substring(1, name.length() - "/MatMul".length()).replace('/', '.');
            matMulPaths.put(inputs.get(1), path + ".weight");
        }
    }
}
