// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * A trained sequence classifier for inference: a base encoder with the LoRA adapter of a PEFT folder merged into its
 * weights in fp32 ({@code W + lora_alpha / r * B A}; Hu et al. 2022, section 4.1), its pooler and its head. May be shared
 * by threads.
 */
public final class MergedClassifier implements AutoCloseable {
    private static final String PREFIX = "base_model.model.";
    private static final String BERT = "bert.";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final NDManager manager;
    private final Tokenizer tokenizer;
    private final Encoder encoder;
    private final Dense pooler;
    private final Dense head;
    private final List<String> labels;

    /**
     * @param folder with adapter_config.json, adapter_model.safetensors and, for the names of the labels, classifier.json
     * @param maxLength tokens of a text that are looked at, unless the folder says fewer
     * @throws CheckpointException if a file or a key is missing, or a key is left over
     */
    public MergedClassifier(BaseModel base, Path folder, int maxLength) {
        Path file = folder.resolve("adapter_model.safetensors");
        Weights adapter = Safetensors.read(file);
        JsonNode config = json(folder.resolve("adapter_config.json"));
        JsonNode names = json(folder.resolve("classifier.json"));
        double scale = config.path("lora_alpha").asDouble() / config.path("r").asInt(1);
        TreeSet<String> left = new TreeSet<>(adapter.names());
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        try {
            encoder = new Encoder(base, manager, (name, dense) -> {
                String lora = PREFIX + BERT + name + ".lora_";
                if (left.remove(lora + "A.weight") && left.remove(lora + "B.weight")) {
                    try (NDManager scope = manager.newSubManager()) {
                        NDArray a = array(scope, adapter.tensor(lora + "A.weight")); // (r, in)
                        NDArray b = array(scope, adapter.tensor(lora + "B.weight")); // (out, r)
                        dense.weight().addi(b.matMul(a).mul(scale));
                    }
                }
                return dense;
            });
            pooler = dense(adapter, PREFIX + BERT + "pooler.dense", left);
            head = dense(adapter, PREFIX + "classifier", left);
            if (!left.isEmpty()) {
                throw new CheckpointException(file + ": unexpected keys " + left + "; allowed are lora_A and lora_B of "
                        + base.name() + ", pooler and classifier");
            }
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
        labels = labels(names, (int) head.out());
        tokenizer = new Tokenizer(
                base.tokenizer(), Math.min(maxLength, names.path("max_length").asInt(maxLength)));
        JniUtils.setNumThreads(1);
    }

    private static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new CheckpointException(file + " can't be read: " + e.getMessage());
        }
    }

    private static List<String> labels(JsonNode names, int classes) {
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < classes; i++) {
            labels.add(names.path("id2label").path(Integer.toString(i)).asText("LABEL_" + i));
        }
        return List.copyOf(labels);
    }

    private static NDArray array(NDManager manager, Tensor tensor) {
        return manager.create(tensor.values(), new Shape(tensor.shape()));
    }

    private Dense dense(Weights adapter, String name, TreeSet<String> left) {
        left.remove(name + ".weight");
        left.remove(name + ".bias");
        return new Dense(
                array(manager, adapter.tensor(name + ".weight")), array(manager, adapter.tensor(name + ".bias")));
    }

    /** Names of the classes, by their index. */
    public List<String> labels() {
        return labels;
    }

    /** Probabilities [text][class] of texts in one batch. */
    public float[][] probabilities(List<String> texts) {
        try (NDManager scope = manager.newSubManager()) {
            Tokenizer.Batch batch =
                    Tokenizer.pad(texts.stream().map(tokenizer::ids).toList(), scope);
            NDArray states = encoder.forward(batch.ids(), batch.mask(), Pass.EVALUATION); // (B, T, H)
            NDArray pooled = pooler.forward(states.get(":, 0"), Pass.EVALUATION).tanh(); // (B, H)
            float[] flat = head.forward(pooled, Pass.EVALUATION).softmax(-1).toFloatArray(); // (B, C)
            float[][] rows = new float[texts.size()][];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = Arrays.copyOfRange(flat, i * labels.size(), (i + 1) * labels.size());
            }
            return rows;
        }
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
