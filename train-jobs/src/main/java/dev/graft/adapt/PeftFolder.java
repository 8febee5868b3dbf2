// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.run.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A LoRA adapter of a classifier as PEFT stores it: {@code adapter_config.json} and {@code adapter_model.safetensors},
 * and beside them {@code classifier.json} with what an adapter does not hold, the names of the classes and the length
 * that texts are cut to. PEFT ignores much that is wrong in silence; this reader and writer refuse it.
 *
 * @param base name of the base model
 * @param labels names of the classes; the index is the class
 * @param maxLength tokens that a text is cut to, if it is known
 * @param weights all trained parameters, by the names that the model gives them
 */
record PeftFolder(String base, LoraSettings lora, List<String> labels, OptionalInt maxLength, Weights weights) {
    private static final String CONFIG = "adapter_config.json";
    private static final String MODEL = "adapter_model.safetensors";
    private static final String CLASSIFIER = "classifier.json";
    private static final String PREFIX = "base_model.model.";
    private static final String MINILM_HUB_NAME = "sentence-transformers/all-MiniLM-L6-v2";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Writes beside {@code folder}, reads back, compares, and only then puts it into place.
     *
     * @throws AdapterException if a value is not finite, or what is read back is not what was written
     */
    void write(Path folder) {
        Path target = folder.toAbsolutePath().normalize();
        Path draft = target.resolveSibling(target.getFileName() + ".draft");
        try {
            RunDirectory.delete(draft);
            Files.createDirectories(draft);
            RunDirectory.write(draft.resolve(CONFIG), config());
            RunDirectory.write(draft.resolve(CLASSIFIER), classifier());
            List<Tensor> stored = weights.tensors().stream()
                    .map(tensor -> tensor.named(PREFIX + tensor.name()))
                    .toList();
            Safetensors.write(draft.resolve(MODEL), new Weights(stored), Map.of("format", "pt"));
            requireSame(read(draft), draft);
            RunDirectory.delete(target);
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the adapter " + folder + ": " + e, e);
        }
    }

    /**
     * @throws AdapterException if a file is missing, or the adapter is not a LoRA classifier that can be reproduced
     */
    static PeftFolder read(Path folder) {
        try {
            for (String file : List.of(CONFIG, MODEL)) {
                if (!Files.isRegularFile(folder.resolve(file))) {
                    throw new AdapterException(
                            folder + " has no " + file + "; an adapter has " + CONFIG + " and " + MODEL);
                }
            }
            String place = folder.resolve(CONFIG).toString();
            JsonNode config = JSON.readTree(folder.resolve(CONFIG).toFile());
            requirePlainLora(config, place);
            Weights weights = withoutPrefix(Safetensors.read(folder.resolve(MODEL)), folder.resolve(MODEL));
            Path side = folder.resolve(CLASSIFIER);
            JsonNode classifier = Files.exists(side) ? JSON.readTree(side.toFile()) : JSON.createObjectNode();
            return new PeftFolder(
                    config.path("base_model_name_or_path").asText(),
                    lora(config, place),
                    classifier.has("id2label") ? labels(classifier, side) : unnamed(weights, folder.resolve(MODEL)),
                    classifier.path("max_length").isInt()
                            ? OptionalInt.of(classifier.get("max_length").asInt())
                            : OptionalInt.empty(),
                    weights);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read the adapter " + folder + ": " + e, e);
        }
    }

    private ObjectNode config() {
        ObjectNode json = JSON.createObjectNode();
        json.put("peft_type", "LORA").put("task_type", "SEQ_CLS").put("inference_mode", true);
        json.put("base_model_name_or_path", base.equals(BaseModel.MINILM) ? MINILM_HUB_NAME : base);
        json.putNull("revision");
        json.put("r", lora.r()).put("lora_dropout", lora.loraDropout());
        if (lora.loraAlpha() == Math.rint(lora.loraAlpha())) {
            json.put("lora_alpha", (long) lora.loraAlpha());
        } else {
            json.put("lora_alpha", lora.loraAlpha());
        }
        ArrayNode targets = json.putArray("target_modules");
        lora.targetModules().forEach(targets::add);
        // "dense" would also match the pooler, which is trained as a whole.
        json.put("exclude_modules", ".*pooler.*");
        json.putArray("modules_to_save").add("classifier").add("pooler");
        json.put("bias", "none")
                .put("fan_in_fan_out", false)
                .put("use_rslora", false)
                .put("use_dora", false);
        // Where a key does not match, PEFT keeps its start value: with true that value changes nothing.
        json.put("init_lora_weights", true);
        json.putObject("rank_pattern");
        json.putObject("alpha_pattern");
        return json;
    }

    private ObjectNode classifier() {
        ObjectNode json = JSON.createObjectNode();
        ObjectNode names = json.putObject("id2label");
        ObjectNode ids = json.putObject("label2id");
        for (int i = 0; i < labels.size(); i++) {
            names.put(Integer.toString(i), labels.get(i));
            ids.put(labels.get(i), i);
        }
        maxLength.ifPresent(length -> json.put("max_length", length));
        return json;
    }

    private void requireSame(PeftFolder read, Path draft) {
        if (!read.lora.equals(lora)
                || !read.labels.equals(labels)
                || !read.weights.names().equals(weights.names())) {
            throw new AdapterException(draft + " was read back as " + read.lora + ", " + read.labels + ", "
                    + read.weights.names() + "; written were " + lora + ", " + labels + ", " + weights.names());
        }
        for (Tensor tensor : weights.tensors()) {
            Tensor again = read.weights.tensor(tensor.name());
            double norm = norm(tensor);
            if (!Arrays.equals(again.shape(), tensor.shape()) || norm(again) != norm || !Double.isFinite(norm)) {
                throw new AdapterException(draft + ": " + tensor.name() + " was read back as "
                        + Arrays.toString(again.shape()) + " of norm " + norm(again) + "; written was "
                        + Arrays.toString(tensor.shape()) + " of norm " + norm + ", and a norm must be finite");
            }
        }
    }

    private static double norm(Tensor tensor) {
        double squares = 0;
        for (float value : tensor.values()) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    /** Everything that would change the numbers and is not read here is refused. */
    private static void requirePlainLora(JsonNode config, String place) {
        require(config, place, "peft_type", "LORA");
        require(config, place, "task_type", "SEQ_CLS");
        List<String> problems = new ArrayList<>();
        for (String flag : List.of("fan_in_fan_out", "use_rslora", "use_dora", "lora_bias")) {
            if (config.path(flag).asBoolean(false)) {
                problems.add(flag + " is true; allowed is false");
            }
        }
        if (!config.path("bias").asText("none").equals("none")) {
            problems.add("bias is " + config.get("bias") + "; allowed is none");
        }
        for (String pattern : List.of(
                "rank_pattern",
                "alpha_pattern",
                "layers_to_transform",
                "layers_pattern",
                "layer_replication",
                "target_parameters",
                "trainable_token_indices",
                "megatron_config")) {
            if (!config.path(pattern).isEmpty()
                    || config.path(pattern).isValueNode()
                            && !config.path(pattern).isNull()) {
                problems.add(pattern + " is " + config.get(pattern) + "; allowed is none");
            }
        }
        if (!config.path("target_modules").isArray()) {
            problems.add("target_modules is " + config.path("target_modules") + "; allowed is a list of names");
        }
        if (!problems.isEmpty()) {
            throw new AdapterException(place + ": " + String.join(", ", problems));
        }
    }

    private static void require(JsonNode config, String place, String key, String allowed) {
        if (!config.path(key).asText().equals(allowed)) {
            throw new AdapterException(place + ": " + key + " is " + config.path(key) + "; allowed is " + allowed);
        }
    }

    private static LoraSettings lora(JsonNode config, String place) {
        List<String> targets = new ArrayList<>();
        config.path("target_modules").forEach(target -> targets.add(target.asText()));
        try {
            return new LoraSettings(
                    config.path("r").asInt(),
                    config.path("lora_alpha").asDouble(),
                    config.path("lora_dropout").asDouble(),
                    targets);
        } catch (IllegalArgumentException e) {
            throw new AdapterException(place + ": " + e.getMessage());
        }
    }

    private static Weights withoutPrefix(Weights stored, Path file) {
        List<String> strange =
                stored.names().stream().filter(name -> !name.startsWith(PREFIX)).toList();
        if (!strange.isEmpty()) {
            throw new AdapterException(file + ": unexpected keys " + strange + "; each starts with " + PREFIX);
        }
        return new Weights(stored.tensors().stream()
                .map(tensor -> tensor.named(tensor.name().substring(PREFIX.length())))
                .toList());
    }

    private static List<String> labels(JsonNode classifier, Path file) {
        JsonNode names = classifier.get("id2label");
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (!names.path(Integer.toString(i)).isTextual()) {
                throw new AdapterException(file + ": id2label is " + names + "; allowed are the ids 0 to "
                        + (names.size() - 1) + ", each with a text");
            }
            labels.add(names.get(Integer.toString(i)).asText());
        }
        return labels;
    }

    /** Names as transformers gives them where nobody did. */
    private static List<String> unnamed(Weights weights, Path file) {
        if (!weights.names().contains("classifier.weight")) {
            throw new AdapterException(file + ": missing keys [" + PREFIX + "classifier.weight]");
        }
        int classes = Math.toIntExact(weights.tensor("classifier.weight").shape()[0]);
        return IntStream.range(0, classes).mapToObj(i -> "LABEL_" + i).toList();
    }
}
