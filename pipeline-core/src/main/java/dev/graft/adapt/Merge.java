// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.model.HeadKind;
import dev.graft.nn.Dense;
import dev.graft.nn.engine.GradMode;
import dev.graft.run.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Adapters folded into the weights of their base model, in 32 bits, so that what comes out needs none of this. */
public final class Merge {
    private static final List<String> BESIDE = List.of(
            "tokenizer_config.json",
            "special_tokens_map.json",
            "generation_config.json",
            "chat_template.jinja",
            "vocab.txt",
            "vocab.json",
            "merges.txt",
            "tokenizer.model");

    private Merge() {}

    /**
     * All tensors of the model that gives what an adapted one gives, by the names of its checkpoint.
     *
     * @throws AdapterException if its method is more than linear maps: no weights give the same
     */
    public static Weights weights(AdaptedModel model) {
        Method method = model.method();
        if (method instanceof Bottleneck || method instanceof PrefixTuning || method instanceof PromptTuning) {
            throw new AdapterException(
                    method + " can't be merged: it is more than other weights; allowed are lora, ia3 and"
                            + " what trains the model itself");
        }
        if (model.pooling().filter(Pooling.MEAN::equals).isPresent()) {
            throw new AdapterException(
                    "a classifier that looks at the mean can't be merged: transformers has no class for it");
        }
        SortedMap<String, Tensor> merged = new TreeMap<>();
        model.files().weights().tensors().forEach(tensor -> {
            // Beside a new head, transformers wants the names as a model with a head has them.
            String name = model.head() == HeadKind.NONE
                    ? tensor.name()
                    : model.modules().full(tensor.name());
            merged.put(name, tensor.named(name));
        });
        for (Tensor tensor : model.weights().tensors()) {
            if (model.isWhole(tensor.name())) {
                put(merged, model, tensor);
            }
        }
        model.adapters().forEach((name, linear) -> {
            try (GradMode off = GradMode.off();
                    NDManager scope = model.manager().newSubManager()) {
                Dense dense = linear.merged(scope);
                put(
                        merged,
                        model,
                        tensor(name + ".weight", dense.weight(), model.modules().isTurned(name + ".weight"), scope));
                if (dense.bias() != null) {
                    put(merged, model, tensor(name + ".bias", dense.bias(), false, scope));
                }
            }
        });
        return new Weights(merged.values());
    }

    private static void put(Map<String, Tensor> merged, AdaptedModel model, Tensor tensor) {
        String name = model.head() == HeadKind.NONE ? model.modules().stored(tensor.name()) : tensor.name();
        merged.put(name, tensor.named(name));
    }

    private static Tensor tensor(String name, NDArray array, boolean turned, NDManager scope) {
        NDArray stored = turned ? Mergeable.within(scope, array.transpose()) : array;
        return Tensor.of(name, stored.getShape().getShape(), stored.toFloatArray());
    }

    /**
     * The mean or the sum of several adapters of one base model: {@code base + sum of share (merged - base)}, tensor by tensor. What
     * the base lacks, a new head, is the mean of the adapters' by their shares.
     *
     * @param merged of each adapter, all of the same names and shapes
     * @param shares as many, of a sum that is not 0
     */
    public static Weights weighted(Weights base, List<Weights> merged, List<Double> shares) {
        double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
        if (merged.isEmpty() || merged.size() != shares.size() || !(Math.abs(sum) > 0) || !Double.isFinite(sum)) {
            throw new IllegalArgumentException(merged.size() + " adapters with the shares " + shares
                    + "; allowed is a number for each, of a sum that is not 0");
        }
        for (Weights each : merged) {
            for (Tensor tensor : merged.get(0).tensors()) {
                if (!each.names().equals(merged.get(0).names())
                        || !Arrays.equals(each.tensor(tensor.name()).shape(), tensor.shape())) {
                    throw new AdapterException(
                            "adapters with other parameters or shapes can't be merged into one: " + tensor.name());
                }
            }
        }
        List<Tensor> all = new ArrayList<>();
        for (Tensor tensor : merged.get(0).tensors()) {
            String name = tensor.name();
            all.add(new Tensor(name, tensor.shape(), to -> {
                boolean known = base.names().contains(name)
                        && Arrays.equals(base.tensor(name).shape(), tensor.shape());
                float[] start = known ? base.tensor(name).values() : new float[tensor.size()];
                double[] values = new double[start.length];
                for (int i = 0; i < merged.size(); i++) {
                    float[] own = merged.get(i).tensor(name).values();
                    double share = known ? shares.get(i) : shares.get(i) / sum;
                    for (int k = 0; k < values.length; k++) {
                        values[k] += share * (own[k] - start[k]);
                    }
                }
                FloatBuffer floats = to.asFloatBuffer();
                for (int k = 0; k < values.length; k++) {
                    floats.put((float) (start[k] + values[k]));
                }
            }));
        }
        return new Weights(all);
    }

    /**
     * Writes a folder that transformers and this project read; what stood there is replaced at once, or not at all.
     *
     * @param base whose configuration and tokenizer it has
     * @param labels of a head of classes; empty where the base says them
     * @throws AdapterException if a value is not finite
     */
    public static void write(Path folder, ModelFolder base, HeadKind head, List<String> labels, Weights weights) {
        Path target = folder.toAbsolutePath().normalize();
        Path draft = target.resolveSibling(target.getFileName() + ".draft");
        try {
            RunDirectory.delete(draft);
            Files.createDirectories(draft);
            for (Tensor tensor : weights.tensors()) {
                ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(4, tensor.size()))
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN);
                tensor.read(bytes);
                tensor.requireFinite(bytes.asFloatBuffer(), folder.toString());
            }
            RunDirectory.write(draft.resolve("config.json"), config(base, head, labels));
            Files.writeString(draft.resolve("tokenizer.json"), base.tokenizer());
            if (Files.isDirectory(base.folder())) {
                for (String name : BESIDE) {
                    if (Files.isRegularFile(base.folder().resolve(name))) {
                        Files.copy(base.folder().resolve(name), draft.resolve(name));
                    }
                }
            }
            if (base.chatTemplate().isPresent() && !Files.exists(draft.resolve("chat_template.jinja"))) {
                Files.writeString(
                        draft.resolve("chat_template.jinja"),
                        base.chatTemplate().get());
            }
            Safetensors.write(draft.resolve("model.safetensors"), weights, Map.of("format", "pt"));
            RunDirectory.replace(draft, target);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the model " + folder + ": " + e, e);
        }
    }

    private static ObjectNode config(ModelFolder base, HeadKind head, List<String> labels) {
        ObjectNode json = base.config().deepCopy();
        json.remove(List.of("quantization_config", "torch_dtype"));
        json.put("dtype", "float32");
        if (!labels.isEmpty()) {
            ObjectNode names = json.putObject("id2label");
            ObjectNode ids = json.putObject("label2id");
            for (int i = 0; i < labels.size(); i++) {
                names.put(Integer.toString(i), labels.get(i));
                ids.put(labels.get(i), i);
            }
        }
        String kind = switch (head) {
            case SEQUENCE -> "ForSequenceClassification";
            case TOKENS -> "ForTokenClassification";
            case NONE, CAUSAL_LM, MASKED_LM -> "";
        };
        ArrayNode given = json.withArray("architectures");
        if (!kind.isEmpty() && !given.isEmpty()) {
            String family = given.get(0).asText().replaceFirst("(For[A-Z].*|LMHeadModel|Model)$", "");
            json.putArray("architectures").add(family + kind);
        }
        return json;
    }
}
