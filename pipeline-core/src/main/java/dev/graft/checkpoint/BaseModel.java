// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import ai.djl.util.Utils;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.storage.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A pre-trained encoder on disk: the one that comes with Graft, {@code minilm}, or a Hugging Face folder.
 *
 * @param name as configured
 * @param config the shape
 * @param weights the parameters, without a {@code bert.} prefix; they lie in the file until they are asked for
 * @param tokenizer content of {@code tokenizer.json}
 * @param sha256 of the weights' files, as hex
 */
public record BaseModel(String name, EncoderConfig config, Weights weights, String tokenizer, String sha256) {
    /** all-MiniLM-L6-v2, from its Maven artifact. */
    public static final String MINILM = "minilm";

    private static final int MINILM_HEADS = 12;
    private static final String MINILM_FILE = "all-minilm-l6-v2.onnx";

    /** Of the artifact whose version the build pins. */
    private static final String MINILM_SHA256 = "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @param name {@code minilm} or a folder
     * @throws CheckpointException if a file is missing or is not what it should be
     */
    public static BaseModel load(String name) {
        try {
            return name.equals(MINILM) ? miniLm() : of(ModelFolder.read(Path.of(name)));
        } catch (IOException e) {
            throw new UncheckedIOException("can't read the base model " + name + ": " + e, e);
        }
    }

    private static BaseModel miniLm() throws IOException {
        Path file = unpacked(Utils.getCacheDir().resolve("graft"), MINILM_FILE, MINILM_SHA256);
        Weights weights = OnnxWeights.read(file);
        try (InputStream tokenizer = resource("all-minilm-l6-v2-tokenizer.json")) {
            return new BaseModel(
                    MINILM,
                    EncoderConfig.of(weights, MINILM_HEADS),
                    weights,
                    new String(tokenizer.readAllBytes(), StandardCharsets.UTF_8),
                    MINILM_SHA256);
        }
    }

    /**
     * A resource as a file, which is kept in a cache under its hash. What lies there is hashed before it is trusted: a disk
     * may have lost some of it.
     */
    static Path unpacked(Path cache, String resource, String sha256) throws IOException {
        Path file = cache.resolve(sha256 + ".onnx");
        if (!Files.exists(file) || !Sha256.of(file).equals(sha256)) {
            unpack(resource, file);
            String found = Sha256.of(file);
            if (!found.equals(sha256)) {
                throw new CheckpointException(
                        resource + " on the class path has the SHA-256 " + found + "; needed is " + sha256);
            }
        }
        return file;
    }

    /** Beside the libraries that the engine unpacks; several processes may do so at once. */
    private static void unpack(String resource, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        // No temporary file: that would be its owner's alone, and others may share the cache.
        Path draft = file.resolveSibling(resource + "." + UUID.randomUUID() + ".draft");
        try (InputStream in = resource(resource);
                FileChannel out = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            in.transferTo(Channels.newOutputStream(out));
            out.force(true);
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /**
     * A model under the name that a configuration gives it: {@code minilm}, a folder or a GGUF file.
     *
     * @throws CheckpointException if a file is missing or is not what it should be
     */
    public static ModelFolder files(String name) {
        return name.equals(MINILM) ? load(name).files() : ModelFolder.read(Path.of(name));
    }

    /** As a folder of the same model would be read. */
    public ModelFolder files() {
        return new ModelFolder(Path.of(name), json(), weights, tokenizer, Optional.empty());
    }

    /**
     * Looks whether a folder can be loaded; reads names and shapes, and no weight.
     *
     * @throws CheckpointException if a file is missing or is not what it should be
     */
    public static void require(Path folder) {
        encoder(ModelFolder.read(folder));
    }

    /** The encoder of a folder, whatever head it has besides. */
    public static BaseModel of(ModelFolder model) {
        BaseModel encoder = encoder(model);
        return new BaseModel(encoder.name, encoder.config, encoder.weights, encoder.tokenizer, sha256(model));
    }

    /** Of the file with the weights; of several, that of their hashes. */
    private static String sha256(ModelFolder model) {
        try {
            List<String> hashes = model.weightFiles().stream().map(Sha256::of).toList();
            return hashes.size() == 1 ? hashes.get(0) : Sha256.of(String.join("\n", hashes));
        } catch (IOException e) {
            throw new UncheckedIOException("can't read the model " + model.folder() + ": " + e, e);
        }
    }

    private static BaseModel encoder(ModelFolder model) {
        Weights weights = model.weights();
        if (weights.names().stream().anyMatch(name -> name.startsWith("bert."))) {
            weights = new Weights(weights.tensors().stream()
                    .filter(tensor -> tensor.name().startsWith("bert."))
                    .map(tensor -> tensor.named(tensor.name().substring("bert.".length())))
                    .toList());
        }
        EncoderConfig config = EncoderConfig.of(model.config(), model.configFile());
        config.requireFits(weights, model.configFile());
        model.requireTokenizerFits(config.vocabSize());
        return new BaseModel(model.folder().toString(), config, weights, model.tokenizer(), "");
    }

    /** The content of {@code config.json}. */
    public ObjectNode json() {
        ObjectNode json = JSON.createObjectNode();
        json.put("model_type", "bert").putArray("architectures").add("BertModel");
        json.put("vocab_size", config.vocabSize());
        json.put("hidden_size", config.hiddenSize());
        json.put("num_hidden_layers", config.numHiddenLayers());
        json.put("num_attention_heads", config.numAttentionHeads());
        json.put("intermediate_size", config.intermediateSize());
        json.put("max_position_embeddings", config.maxPositionEmbeddings());
        json.put("layer_norm_eps", config.layerNormEps());
        json.put("hidden_dropout_prob", config.hiddenDropoutProb());
        json.put("attention_probs_dropout_prob", config.attentionProbsDropoutProb());
        json.put(
                "type_vocab_size",
                Math.toIntExact(weights.tensor("embeddings.token_type_embeddings.weight")
                        .shape()[0]));
        json.put("hidden_act", "gelu").put("pad_token_id", 0);
        return json;
    }

    /** Writes a Hugging Face folder that {@link #load} and transformers' BertModel read. */
    public void save(Path folder) throws IOException {
        Files.createDirectories(folder);
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(folder.resolve("config.json").toFile(), json());
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer);
        Safetensors.write(folder.resolve("model.safetensors"), weights, Map.of("format", "pt"));
    }

    private static InputStream resource(String name) {
        InputStream in = BaseModel.class.getResourceAsStream("/" + name);
        if (in == null) {
            throw new CheckpointException(name + " is not on the class path");
        }
        return in;
    }
}
