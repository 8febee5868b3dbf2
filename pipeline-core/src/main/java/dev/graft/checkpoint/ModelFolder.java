// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A model as it is published: a Hugging Face folder, or a GGUF file, which is read as if it were one.
 *
 * @param folder where it lies
 * @param config content of {@code config.json}
 * @param weights all tensors; the {@code gamma} and {@code beta} of old files are called weight and bias
 * @param tokenizer content of {@code tokenizer.json}
 * @param chatTemplate how a conversation becomes a text, in Jinja
 */
public record ModelFolder(
        Path folder, JsonNode config, Weights weights, String tokenizer, Optional<String> chatTemplate) {
    private static final String SAFETENSORS = "model.safetensors";
    private static final String TORCH = "pytorch_model.bin";
    private static final String INDEX = ".index.json";
    private static final String END = "eos_token_id";
    private static final Pattern WEIGHTS = Pattern.compile("model.*\\.safetensors|pytorch_model.*\\.bin|.*\\.gguf");
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private interface WeightsReader {
        Weights read(Path file);
    }

    /**
     * @param folder a folder with {@code config.json}, weights and a tokenizer, or a {@code .gguf} file, or a folder that has
     *     such a file and nothing else
     * @throws CheckpointException if a file is missing or is not what it should be
     */
    public static ModelFolder read(Path folder) {
        return read(folder, FolderTokenizer::json);
    }

    /** As {@link #read}, of a folder whose tokenizer may be of another kind: its content is empty then. */
    public static ModelFolder ofTranslator(Path folder) {
        return read(
                folder,
                given -> Files.isRegularFile(given.resolve("tokenizer.json")) ? FolderTokenizer.json(given) : "");
    }

    private interface TokenizerReader {
        String read(Path folder) throws IOException;
    }

    private static ModelFolder read(Path folder, TokenizerReader tokenizer) {
        try {
            Optional<Path> gguf = gguf(folder);
            if (gguf.isPresent()) {
                return GgufModel.read(gguf.get());
            }
            if (!Files.isRegularFile(folder.resolve("config.json"))) {
                throw new CheckpointException(
                        "model " + folder + " has no config.json; allowed is a Hugging Face folder"
                                + " with config.json, model.safetensors or pytorch_model.bin, and tokenizer.json, or a GGUF file");
            }
            return new ModelFolder(
                    folder,
                    json(folder.resolve("config.json")),
                    renamed(weights(folder)),
                    tokenizer.read(folder),
                    chatTemplate(folder));
        } catch (IOException e) {
            throw new UncheckedIOException("can't read the model " + folder + ": " + e, e);
        }
    }

    /** Whether it is a GGUF file, or a folder with one and nothing that says more. */
    public static boolean isGguf(Path given) {
        try {
            return gguf(given).isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException("can't read the model " + given + ": " + e, e);
        }
    }

    private static Optional<Path> gguf(Path given) throws IOException {
        if (Files.isRegularFile(given)) {
            return Optional.of(given);
        }
        if (!Files.isDirectory(given) || Files.exists(given.resolve("config.json"))) {
            return Optional.empty();
        }
        try (var all = Files.list(given)) {
            List<Path> files =
                    all.filter(file -> file.toString().endsWith(".gguf")).toList();
            return files.size() == 1 ? Optional.of(files.get(0)) : Optional.empty();
        }
    }

    private static Weights weights(Path folder) throws IOException {
        for (Map.Entry<String, WeightsReader> kind : List.<Map.Entry<String, WeightsReader>>of(
                Map.entry(SAFETENSORS, Safetensors::read), Map.entry(TORCH, TorchZip::read))) {
            if (Files.isRegularFile(folder.resolve(kind.getKey()))) {
                return kind.getValue().read(folder.resolve(kind.getKey()));
            }
            Path index = folder.resolve(kind.getKey() + INDEX);
            if (Files.isRegularFile(index)) {
                return shards(index, kind.getValue());
            }
        }
        throw new CheckpointException("model " + folder + " has no " + SAFETENSORS + "; allowed are " + SAFETENSORS
                + " and " + TORCH + ", whole or in shards with an index");
    }

    /** The tensors of several files, each of which the index promises where it is. */
    private static Weights shards(Path index, WeightsReader reader) throws IOException {
        JsonNode places = json(index).path("weight_map");
        if (!places.isObject() || places.isEmpty()) {
            throw new CheckpointException(index + ": weight_map is " + places.getNodeType()
                    + "; allowed are the tensors' names with a file each");
        }
        Map<String, TreeSet<String>> byFile = new TreeMap<>();
        places.fields()
                .forEachRemaining(
                        entry -> byFile.computeIfAbsent(entry.getValue().asText(), file -> new TreeSet<>())
                                .add(entry.getKey()));
        List<Tensor> tensors = new ArrayList<>();
        byFile.forEach((name, promised) -> {
            Path file = index.resolveSibling(name);
            if (!name.equals(String.valueOf(Path.of(name).getFileName())) || !Files.isRegularFile(file)) {
                throw new CheckpointException(index + " names \"" + name + "\", which is no file beside it");
            }
            Weights shard = reader.read(file);
            TreeSet<String> missing = new TreeSet<>(promised);
            missing.removeAll(shard.names());
            if (!missing.isEmpty()) {
                throw new CheckpointException(file + " lacks " + missing + ", which " + index + " promises");
            }
            promised.forEach(tensor -> tensors.add(shard.tensor(tensor)));
        });
        return new Weights(tensors);
    }

    private static Optional<String> chatTemplate(Path folder) throws IOException {
        Path own = folder.resolve("chat_template.jinja");
        if (Files.isRegularFile(own)) {
            return Optional.of(Files.readString(own));
        }
        Path settings = folder.resolve("tokenizer_config.json");
        if (!Files.isRegularFile(settings)) {
            return Optional.empty();
        }
        JsonNode template = json(settings).path("chat_template");
        if (template.isArray()) {
            for (JsonNode named : template) {
                if (named.path("name").asText().equals("default")) {
                    template = named.path("template");
                }
            }
        }
        return template.isTextual() ? Optional.of(template.asText()) : Optional.empty();
    }

    private static JsonNode json(Path file) throws IOException {
        try {
            return JSON.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new CheckpointException(file + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Weights renamed(Weights weights) {
        return new Weights(weights.tensors().stream()
                .map(tensor -> tensor.named(tensor.name()
                        .replaceFirst("LayerNorm\\.gamma$", "LayerNorm.weight")
                        .replaceFirst("LayerNorm\\.beta$", "LayerNorm.bias")))
                .toList());
    }

    /**
     * The files that hold weights, in alphabetical order.
     */
    public List<Path> weightFiles() throws IOException {
        if (Files.isRegularFile(folder)) {
            return List.of(folder);
        }
        try (var all = Files.list(folder)) {
            return all.filter(file ->
                            WEIGHTS.matcher(String.valueOf(file.getFileName())).matches())
                    .sorted()
                    .toList();
        }
    }

    /** The content of {@code generation_config.json}; none of its keys where there is no such file. */
    public JsonNode generation() {
        Path file = folder.resolve("generation_config.json");
        try {
            return Files.isRegularFile(file) ? json(file) : JSON.createObjectNode();
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e, e);
        }
    }

    /** The tokens that end a text, by {@code generation_config.json} and {@code config.json}. */
    public Set<Integer> ends() {
        Set<Integer> ends = new TreeSet<>();
        add(config.path(END), ends);
        add(generation().path(END), ends);
        return ends;
    }

    private static void add(JsonNode given, Set<Integer> ends) {
        if (given.isInt()) {
            ends.add(given.asInt());
        } else {
            given.forEach(each -> add(each, ends));
        }
    }

    /**
     * Requires that each token has an embedding.
     *
     * @param vocabulary rows of the embeddings
     * @throws CheckpointException if the tokenizer is of an unknown kind, or a token has no embedding
     */
    public void requireTokenizerFits(int vocabulary) {
        TokenizerFile.requireFits(tokenizer, tokenizerFile(), vocabulary);
    }

    /**
     * The id of the token that hides another from a masked language model.
     *
     * @throws CheckpointException if the tokenizer has none
     */
    public long mask() {
        return TokenizerFile.mask(tokenizer, tokenizerFile());
    }

    private String tokenizerFile() {
        return Files.isRegularFile(folder)
                ? folder.toString()
                : folder.resolve("tokenizer.json").toString();
    }

    /** The path of {@code config.json}, for messages. */
    public String configFile() {
        return Files.isRegularFile(folder)
                ? folder.toString()
                : folder.resolve("config.json").toString();
    }
}
