// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.norm.LayerNorm;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.StudentConfig;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.Dense;
import dev.graft.nn.IntegerLinear;
import dev.graft.nn.Linear;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The arrays of a student, each in its place.
 *
 * @param sourceEmbeddings (sources, W)
 * @param targetEmbeddings (targets, W), which are the output's as well
 * @param outputBias (targets)
 */
record StudentWeights(
        NDArray sourceEmbeddings,
        NDArray targetEmbeddings,
        NDArray outputBias,
        List<EncoderLayer> encoder,
        List<DecoderLayer> decoder) {

    record EncoderLayer(Attention attention, FeedForward feedForward) {}

    record DecoderLayer(Recurrence recurrence, Attention attention, FeedForward feedForward) {}

    record Attention(Linear query, Linear key, Linear value, Linear output, Norm norm) {}

    record FeedForward(Linear in, Linear out, Norm norm) {}

    record Recurrence(Linear proposal, Linear forget, Norm norm) {}

    record Norm(NDArray scale, NDArray bias) {
        private static final float EPS = 1e-6f;

        NDArray forward(NDArray x) {
            return LayerNorm.layerNorm(x, scale.getShape(), scale, bias, EPS).singletonOrThrow();
        }
    }

    /**
     * Places arrays by Marian's names.
     *
     * @param adaptation asked for each linear map, by the name of its matrix
     * @param manager owns them from now on
     * @throws CheckpointException if an array is missing, of another shape than its place, or left over
     */
    static StudentWeights place(StudentConfig config, Weights weights, Adaptation adaptation, NDManager manager) {
        return new Placing(config, weights, adaptation, manager, new TreeSet<>()).all();
    }

    private record Placing(
            StudentConfig config, Weights weights, Adaptation adaptation, NDManager manager, Set<String> placed) {
        StudentWeights all() {
            int width = config.width();
            NDArray source = array(config.shared() ? "Wemb" : "encoder_Wemb", config.sources(), width);
            NDArray target = config.shared() ? source : array("decoder_Wemb", config.targets(), width);
            NDArray bias = vector("decoder_ff_logit_out_b", config.targets());
            List<EncoderLayer> encoder = IntStream.rangeClosed(1, config.encoderLayers())
                    .mapToObj(l -> "encoder_l" + l)
                    .map(layer -> new EncoderLayer(attention(layer + "_self"), feedForward(layer + "_ffn")))
                    .toList();
            List<DecoderLayer> decoder = IntStream.rangeClosed(1, config.decoderLayers())
                    .mapToObj(l -> "decoder_l" + l)
                    .map(layer -> new DecoderLayer(
                            recurrence(layer + "_rnn"), attention(layer + "_context"), feedForward(layer + "_ffn")))
                    .toList();
            List<String> left = new ArrayList<>(weights.names());
            left.removeAll(placed);
            if (!left.isEmpty()) {
                throw new CheckpointException("arrays without a place in a student: " + left);
            }
            return new StudentWeights(source, target, bias, encoder, decoder);
        }

        private Attention attention(String name) {
            int width = config.width();
            return new Attention(
                    affine(name + "_Wq", name + "_bq", width, width),
                    affine(name + "_Wk", name + "_bk", width, width),
                    affine(name + "_Wv", name + "_bv", width, width),
                    affine(name + "_Wo", name + "_bo", width, width),
                    norm(name + "_Wo"));
        }

        private FeedForward feedForward(String name) {
            return new FeedForward(
                    affine(name + "_W1", name + "_b1", config.feedForward(), config.width()),
                    affine(name + "_W2", name + "_b2", config.width(), config.feedForward()),
                    norm(name + "_ffn"));
        }

        private Recurrence recurrence(String name) {
            int width = config.width();
            return new Recurrence(
                    linear(name + "_W", new Dense(array(name + "_W", width, width), null)),
                    affine(name + "_Wf", name + "_bf", width, width),
                    norm(name + "_ffn"));
        }

        private Linear affine(String weight, String bias, int out, int in) {
            return linear(weight, new Dense(array(weight, out, in), vector(bias, out)));
        }

        private Linear linear(String name, Dense map) {
            Linear adapted = adaptation.linear(name, map);
            if (adapted instanceof IntegerLinear) {
                map.weight().close();
            }
            return adapted;
        }

        private Norm norm(String name) {
            return new Norm(vector(name + "_ln_scale", config.width()), vector(name + "_ln_bias", config.width()));
        }

        /** Marian keeps vectors as matrices of one row. */
        private NDArray vector(String name, int size) {
            return array(name, 1, size).reshape(size);
        }

        private NDArray array(String name, long... shape) {
            Tensor tensor = weights.tensor(name);
            if (!Arrays.equals(tensor.shape(), shape)) {
                throw new CheckpointException(name + " has the shape " + Arrays.toString(tensor.shape())
                        + "; its place takes " + Arrays.toString(shape));
            }
            placed.add(name);
            ByteBuffer bytes = manager.allocateDirect(Math.multiplyExact(4, tensor.size()));
            tensor.read(bytes);
            return manager.create(bytes, new Shape(shape), DataType.FLOAT32);
        }
    }
}
