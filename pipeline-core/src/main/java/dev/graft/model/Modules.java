// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.checkpoint.Blocks;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.Size;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.Dense;
import dev.graft.nn.Factor;
import dev.graft.nn.IntegerLinear;
import dev.graft.nn.LayerNorm;
import dev.graft.nn.Linear;
import dev.graft.nn.Quantization;
import dev.graft.nn.RmsNorm;
import dev.graft.nn.Sublayer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parameters by the checkpoint's names, and the blocks that they make. Whoever asks says the shapes. */
public final class Modules {
    /** What stands on the layers; a folder may hold other heads than the one that is asked for. */
    private static final Pattern HEADS =
            Pattern.compile("(lm_head|score|classifier|pre_classifier|cls|head|decoder|qa_outputs"
                    + "|vocab_transform|vocab_layer_norm|vocab_projector|(bert\\.|roberta\\.)?pooler)\\..*");

    /** What is computed. */
    private static final Pattern BUFFERS = Pattern.compile(
            ".*(rotary_emb\\.inv_freq|embeddings\\.(position_ids|token_type_ids)|attn\\.(bias|masked_bias)|embed_positions\\.weights?)");

    private static final List<String> LAYERS = List.of("num_hidden_layers", "n_layer", "n_layers");
    private static final Pattern LAYER = Pattern.compile(".*(layers?|h)\\.(\\d+)\\..*");

    private final Weights weights;
    private final String place;
    private final NDManager manager;
    private final Adaptation adaptation;
    private final boolean values;
    private final @Nullable Start fresh;
    private final SortedMap<String, NDArray> arrays = new TreeMap<>();
    private final Set<String> placed = new HashSet<>();
    private final Set<String> turned = new HashSet<>();
    private String prefix = "";
    private String lacking = "";

    /**
     * @param place where the weights are from, for errors
     * @param manager owns the arrays
     */
    public Modules(Weights weights, String place, NDManager manager, Adaptation adaptation) {
        this(weights, place, manager, adaptation, true, null);
    }

    private Modules(
            Weights weights,
            String place,
            NDManager manager,
            Adaptation adaptation,
            boolean values,
            @Nullable Start fresh) {
        this.values = values;
        this.fresh = fresh;
        this.weights = weights;
        this.place = place;
        this.manager = manager;
        this.adaptation = adaptation;
    }

    /** For a model that is looked at and not run: no value is read. */
    public static Modules ofShapes(Weights weights, String place, NDManager manager) {
        return new Modules(weights, place, manager, Adaptation.NONE, false, null);
    }

    /** What a parameter holds before it was ever trained. */
    @FunctionalInterface
    public interface Start {
        float[] of(String name, long... shape);
    }

    /** For a model that is trained from scratch. */
    public static Modules fresh(String place, NDManager manager, Start start) {
        return new Modules(new Weights(List.of()), place, manager, Adaptation.NONE, true, start);
    }

    /** The parameters that were asked for so far, by name. */
    public SortedMap<String, NDArray> arrays() {
        return Collections.unmodifiableSortedMap(arrays);
    }

    /** Whether the checkpoint stores a parameter as [in, out], where {@link #arrays()} has it as [out, in]. */
    public boolean isTurned(String name) {
        return turned.contains(name);
    }

    /** What the names of a checkpoint without a head lack, such as {@code model.}. */
    public String prefix() {
        return prefix;
    }

    /** Whether a module or parameter is part of a head, by its name. */
    public static boolean isHead(String name) {
        return HEADS.matcher(name.contains(".") ? name : name + ".").matches();
    }

    /** The tensor that a parameter starts with, as the checkpoint stores it. */
    public Tensor start(String name) {
        NDArray array = Objects.requireNonNull(arrays.get(name), name);
        long[] shape = array.getShape().getShape();
        long[] stored = isTurned(name) ? new long[] {shape[1], shape[0]} : shape;
        return started(name, stored)
                .orElseGet(() -> weights.tensor(stored(name)))
                .named(name);
    }

    /** Whether the checkpoint has a tensor. */
    boolean has(String name) {
        return weights.names().contains(stored(name));
    }

    /** The name that the checkpoint has for a parameter. */
    public String stored(String name) {
        return !lacking.isEmpty() && name.startsWith(lacking) ? name.substring(lacking.length()) : name;
    }

    /** The name that a parameter has in a checkpoint with a head, by its name in this one. */
    public String full(String stored) {
        return isHead(stored) && !stored.startsWith("pooler.") ? stored : lacking + stored;
    }

    /** The prefix of all names but a head's. Checkpoints without a head lack it, and are read as if they had it. */
    String prefix(String given) {
        prefix = given;
        lacking = weights.names().stream().anyMatch(name -> name.startsWith(given)) ? "" : given;
        return given;
    }

    /**
     * A parameter; one that is asked for again is shared.
     *
     * @throws CheckpointException if it is missing, or of another shape
     */
    NDArray array(String name, Size... shape) {
        return arrays.computeIfAbsent(name, each -> read(tensor(each, shape)));
    }

    private Tensor tensor(String name, Size... shape) {
        long[] sizes = Arrays.stream(shape).mapToLong(Size::value).toArray();
        if (fresh != null) {
            return Tensor.of(name, sizes, fresh.of(name, sizes));
        }
        return started(name, sizes).orElseGet(() -> {
            String stored = stored(name);
            weights.require(stored, place, Arrays.stream(shape).map(Size::key).toList(), sizes);
            placed.add(stored);
            return weights.tensor(stored);
        });
    }

    private Optional<Tensor> started(String name, long... shape) {
        boolean there = has(name) && Arrays.equals(weights.tensor(stored(name)).shape(), shape);
        return there || !isHead(name) ? Optional.empty() : adaptation.start(name, shape);
    }

    private NDArray read(Tensor tensor) {
        if (!values) {
            return manager.create(new Shape(tensor.shape()));
        }
        // Straight into the engine's memory: Java's is given back late, and is not aligned, by which sums round.
        try (NDManager host = manager.newSubManager(Device.cpu())) {
            NDArray array = host.create(new Shape(tensor.shape()));
            ByteBuffer bytes = array.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
            tensor.read(bytes);
            tensor.requireFinite(bytes.clear().asFloatBuffer(), place);
            NDArray own = array.toDevice(manager.getDevice(), false);
            own.attach(manager);
            return own;
        }
    }

    /** A map from {@code in} to {@code out} values. */
    Linear linear(String name, Size out, Size in, boolean bias) {
        Quantization kind = adaptation.quantization(name);
        if (kind == Quantization.NONE || !values) {
            Linear map = adaptation.linear(name, dense(name, out, in, bias));
            if (map instanceof IntegerLinear) {
                Objects.requireNonNull(arrays.remove(name + ".weight")).close();
            }
            return map;
        }
        Tensor tensor = tensor(name + ".weight", out, in);
        if (kind == Quantization.STORED && tensor.blocks().isEmpty()) {
            return adaptation.linear(name, dense(name, out, in, bias));
        }
        return adaptation.linear(name, quantized(kind, tensor, bias ? array(name + ".bias", out) : null));
    }

    /** The map to the words. */
    Linear output(String name, NDArray weight, @Nullable NDArray bias) {
        return adaptation.output(name, new Dense(weight, bias));
    }

    /** A map that no method adapts. */
    Dense dense(String name, Size out, Size in, boolean bias) {
        return new Dense(array(name + ".weight", out, in), bias ? array(name + ".bias", out) : null);
    }

    /** A map whose weight is stored [in, out] (Radford et al. 2019). */
    Linear convolution(String name, Size out, Size in) {
        String weight = name + ".weight";
        turned.add(weight);
        Tensor transposed = tensor(weight, in, out).transposed(weight);
        NDArray bias = array(name + ".bias", out);
        Quantization kind = adaptation.quantization(name);
        if (kind == Quantization.NONE || kind == Quantization.STORED || !values) {
            NDArray array = arrays.computeIfAbsent(weight, each -> read(transposed));
            return adaptation.linear(name, new Dense(array, bias));
        }
        return adaptation.linear(name, quantized(kind, transposed, bias));
    }

    /** Of the matrix in 32 bits nothing stays. */
    private Dense quantized(Quantization kind, Tensor tensor, @Nullable NDArray bias) {
        if (kind == Quantization.STORED) {
            return stored(tensor.blocks().orElseThrow(), tensor, bias);
        }
        try (NDManager host = manager.newSubManager(Device.cpu())) {
            Shape shape = new Shape(tensor.shape());
            ByteBuffer bytes = host.create(shape).toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
            tensor.read(bytes);
            FloatBuffer floats = bytes.clear().asFloatBuffer();
            tensor.requireFinite(floats, place);
            return Dense.quantized(kind, floats, shape, bias, manager);
        }
    }

    private Dense stored(Blocks blocks, Tensor tensor, @Nullable NDArray bias) {
        int groups = tensor.size() / blocks.group();
        ByteBuffer codes = ByteBuffer.allocate(tensor.size());
        FloatBuffer scales = FloatBuffer.allocate(groups);
        FloatBuffer minima = FloatBuffer.allocate(blocks.minima() ? groups : 0);
        blocks.source().read(codes, scales, minima);
        tensor.requireFinite(scales.clear(), place);
        tensor.requireFinite(minima.clear(), place);
        return Dense.stored(
                blocks.bits(),
                blocks.lowest(),
                codes.clear(),
                scales,
                minima,
                new Shape(tensor.shape()),
                bias,
                manager);
    }

    Sublayer sublayer(String name, Sublayer base) {
        return adaptation.sublayer(name, base);
    }

    LayerNorm layerNorm(String name, Size width, double eps) {
        return new LayerNorm(array(name + ".weight", width), array(name + ".bias", width), (float) eps);
    }

    LayerNorm layerNormWithoutBias(String name, Size width, double eps) {
        return new LayerNorm(array(name + ".weight", width), manager.zeros(new Shape(width.value())), (float) eps);
    }

    RmsNorm rmsNorm(String name, Size width, double eps, boolean plusOne) {
        return new RmsNorm(array(name + ".weight", width), Factor.of(eps, manager), plusOne);
    }

    /** What the model holds a second time under another name, and shares. */
    void same(String... names) {
        placed.addAll(List.of(names));
    }

    /** Constants in the engine's memory. */
    NDArray constants(float[] values, Shape shape) {
        return manager.create(values, shape);
    }

    /** A constant in the engine's memory. */
    Factor factor(double value) {
        return Factor.of(value, manager);
    }

    /** The number of classes of a head, which its rows tell where it is not a new one. */
    Size rows(String name) {
        if (adaptation.classes().isPresent()) {
            return new Size("classes", adaptation.classes().getAsInt());
        }
        if (!has(name)) {
            throw new CheckpointException(place + ": the model has no tensor " + name + ", so it has no such head");
        }
        long[] shape = weights.tensor(stored(name)).shape();
        return new Size("classes", shape.length == 0 ? 1 : Math.toIntExact(shape[0]));
    }

    /**
     * @param config whose key says the number of layers
     */
    void requireAllPlaced(JsonNode config) {
        List<String> left = weights.names().stream()
                .filter(name -> !placed.contains(name)
                        && !isHead(name)
                        && !BUFFERS.matcher(name).matches())
                .toList();
        for (String key : LAYERS) {
            left.stream()
                    .filter(name -> {
                        Matcher layer = LAYER.matcher(name);
                        return config.has(key)
                                && layer.matches()
                                && Long.parseLong(layer.group(2))
                                        >= config.get(key).asInt();
                    })
                    .findFirst()
                    .ifPresent(name -> {
                        throw new CheckpointException(
                                place + ": " + key + " is " + config.get(key) + ", but the weights have " + name);
                    });
        }
        if (!left.isEmpty()) {
            throw new CheckpointException(
                    place + ": the weights have " + left.stream().limit(5).toList()
                            + (left.size() > 5 ? " and " + (left.size() - 5) + " more" : "")
                            + ", which have no place in the model that config.json describes");
        }
    }
}
