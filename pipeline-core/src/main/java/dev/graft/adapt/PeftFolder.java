// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.config.Settings;
import dev.graft.run.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * A LoRA adapter of a classifier as PEFT stores it: {@code adapter_config.json} and {@code adapter_model.safetensors},
 * and beside them {@code classifier.json} with what an adapter does not hold, the names of the classes and the length
 * that texts are cut to. PEFT ignores much that is wrong in silence; this reader and writer refuse it.
 *
 * @param folder where it lies
 * @param config what the adapter computes
 * @param labels names of the classes; the index is the class
 * @param pooling what the head sees
 * @param maxLength tokens that a text is cut to, if it is known
 * @param weights all stored parameters, by the names that the model gives them
 */
public record PeftFolder(
        Path folder, PeftConfig config, List<String> labels, Pooling pooling, OptionalInt maxLength, Weights weights) {
    static final String CONFIG = "adapter_config.json";
    static final String CLASSIFIER = "classifier.json";
    static final String HEAD = "classifier";
    private static final String POOLING = "pooling";
    static final String PREFIX = "base_model.model.";
    private static final String MODEL = "adapter_model.safetensors";
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * Writes beside {@code folder}, reads back, compares, and only then puts it into place.
     *
     * @param base name of the base model
     * @throws AdapterException if a value is not finite, or what is read back is not what was written
     */
    static void write(
            Path folder,
            String base,
            LoraSettings lora,
            List<String> labels,
            Pooling pooling,
            int maxLength,
            Weights weights) {
        Path target = folder.toAbsolutePath().normalize();
        Path draft = target.resolveSibling(target.getFileName() + ".draft");
        try {
            RunDirectory.delete(draft);
            Files.createDirectories(draft);
            RunDirectory.write(draft.resolve(CONFIG), PeftConfig.json(base, lora, pooling));
            RunDirectory.write(draft.resolve(CLASSIFIER), classifier(labels, pooling, maxLength));
            List<Tensor> stored = weights.tensors().stream()
                    .map(tensor -> tensor.named(PREFIX + tensor.name()))
                    .toList();
            Safetensors.write(draft.resolve(MODEL), new Weights(stored), Map.of("format", "pt"));
            read(draft, List.of()).requireSame(lora, labels, pooling, weights);
            RunDirectory.replace(draft, target);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the adapter " + folder + ": " + e, e);
        }
    }

    /**
     * @param labels names of the classes as the configuration gives them; empty where the folder does
     * @throws AdapterException if a file is missing, or the adapter is not a LoRA classifier that can be reproduced
     */
    public static PeftFolder read(Path folder, List<String> labels) {
        for (String file : List.of(CONFIG, MODEL)) {
            if (!Files.isRegularFile(folder.resolve(file))) {
                throw new AdapterException(folder + " has no " + file + "; an adapter has " + CONFIG + " and " + MODEL);
            }
        }
        PeftConfig config = PeftConfig.read(
                json(folder.resolve(CONFIG)), folder.resolve(CONFIG).toString());
        JsonNode side = side(folder.resolve(CLASSIFIER));
        PeftFolder read = new PeftFolder(
                folder,
                config,
                LabelNames.of(folder, labels),
                pooling(side, folder.resolve(CLASSIFIER)),
                maxLength(side, folder.resolve(CLASSIFIER)),
                withoutPrefix(Safetensors.read(folder.resolve(MODEL)), folder.resolve(MODEL)));
        read.requireShapes();
        read.requireFinite();
        return read;
    }

    /** The path of the tensors, for messages. */
    Path file() {
        return folder.resolve(MODEL);
    }

    /**
     * @throws AdapterException if the file can't be read, is not JSON or has a key twice
     */
    static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new AdapterException(
                    file + ":" + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()) + " is not JSON: "
                            + e.getOriginalMessage());
        } catch (IOException e) {
            throw new AdapterException(file + " can't be read: " + e.getMessage());
        }
    }

    private static ObjectNode classifier(List<String> labels, Pooling pooling, int maxLength) {
        ObjectNode json = JSON.createObjectNode();
        ObjectNode names = json.putObject("id2label");
        ObjectNode ids = json.putObject("label2id");
        for (int i = 0; i < labels.size(); i++) {
            names.put(Integer.toString(i), labels.get(i));
            ids.put(labels.get(i), i);
        }
        return json.put(POOLING, Settings.name(pooling)).put("max_length", maxLength);
    }

    /** What stands beside the adapter; an object without keys where nothing does. */
    private static JsonNode side(Path file) {
        if (!Files.exists(file)) {
            return JSON.createObjectNode();
        }
        JsonNode json = json(file);
        Set<String> strange = new TreeSet<>();
        json.fieldNames().forEachRemaining(strange::add);
        strange.removeAll(Set.of("id2label", "label2id", POOLING, "max_length"));
        if (!strange.isEmpty()) {
            throw new AdapterException(
                    file + ": unexpected keys " + strange + "; allowed are id2label, label2id, pooling and max_length");
        }
        return json;
    }

    private static Pooling pooling(JsonNode json, Path file) {
        JsonNode given = json.path(POOLING);
        if (given.isMissingNode()) {
            return Pooling.FIRST;
        }
        return Arrays.stream(Pooling.values())
                .filter(pooling -> Settings.name(pooling).equals(given.asText()))
                .findFirst()
                .orElseThrow(() ->
                        new AdapterException(file + ": pooling is " + given + "; allowed is \"first\" or \"mean\""));
    }

    private static OptionalInt maxLength(JsonNode json, Path file) {
        JsonNode length = json.path("max_length");
        if (length.isMissingNode()) {
            return OptionalInt.empty();
        }
        if (!length.isInt() || length.asInt() < 3) {
            throw new AdapterException(file + ": max_length is " + length + "; allowed is a whole number from 3");
        }
        return OptionalInt.of(length.asInt());
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

    /** What can be told without the base model: ranks and the number of classes. */
    private void requireShapes() {
        for (Tensor tensor : weights.tensors()) {
            String name = tensor.name();
            int suffix = name.indexOf(".lora_");
            if (suffix >= 0) {
                String module = name.substring(0, suffix);
                int rank = config.rank(module);
                boolean fits = switch (name.substring(suffix + 1)) {
                    case "lora_A.weight" -> tensor.shape().length == 2 && tensor.shape()[0] == rank;
                    case "lora_B.weight" -> tensor.shape().length == 2 && tensor.shape()[1] == rank;
                    default -> true; // named as unexpected where the base model is known
                };
                if (!fits) {
                    throw new AdapterException(file() + ": " + PREFIX + name + " is "
                            + Arrays.toString(tensor.shape()) + ", but r is " + rank + " in " + CONFIG
                            + "; allowed is A [r, in] and B [out, r]");
                }
            }
        }
        for (String part : List.of(HEAD + ".weight", HEAD + ".bias")) {
            if (!weights.names().contains(part)) {
                throw new AdapterException(file() + ": missing keys [" + PREFIX + part + "]");
            }
        }
        long[] head = weights.tensor(HEAD + ".weight").shape();
        long[] bias = weights.tensor(HEAD + ".bias").shape();
        if (head.length != 2 || bias.length != 1 || head[0] != labels.size() || bias[0] != labels.size()) {
            throw new AdapterException(file() + ": " + PREFIX + "classifier.weight is " + Arrays.toString(head)
                    + " and its bias " + Arrays.toString(bias) + ", but the classes are " + labels
                    + "; allowed is one row a class");
        }
    }

    private void requireFinite() {
        for (Tensor tensor : weights.tensors()) {
            tensor.named(PREFIX + tensor.name()).requireFinite(FloatBuffer.wrap(tensor.values()), file().toString());
        }
    }

    private void requireSame(LoraSettings lora, List<String> written, Pooling pooled, Weights given) {
        List<String> differing = new ArrayList<>();
        if (config.r() != lora.r() || config.alpha() != lora.loraAlpha()) {
            differing.add("r and lora_alpha");
        }
        if (!labels.equals(written)) {
            differing.add("labels");
        }
        if (pooling != pooled) {
            differing.add(POOLING);
        }
        if (!weights.names().equals(given.names())) {
            differing.add("names of parameters");
        } else {
            for (Tensor tensor : given.tensors()) {
                Tensor again = weights.tensor(tensor.name());
                if (!Arrays.equals(again.shape(), tensor.shape()) || !Arrays.equals(again.values(), tensor.values())) {
                    differing.add(tensor.name());
                }
            }
        }
        if (!differing.isEmpty()) {
            throw new AdapterException(
                    folder + " was read back with other " + String.join(", ", differing) + " than were written");
        }
    }
}
