// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Hugging Face folder as it is.
 *
 * @param folder where it lies
 * @param config content of {@code config.json}
 * @param weights all of {@code model.safetensors}; the {@code gamma} and {@code beta} of old files are called weight and bias
 * @param tokenizer content of {@code tokenizer.json}
 */
public record ModelFolder(Path folder, JsonNode config, Weights weights, String tokenizer) {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * @throws CheckpointException if a file is missing or is not what it should be
     */
    public static ModelFolder read(Path folder) {
        for (String file : new String[] {"config.json", "model.safetensors", "tokenizer.json"}) {
            if (!Files.isRegularFile(folder.resolve(file))) {
                throw new CheckpointException("model " + folder + " has no " + file
                        + "; allowed is a Hugging Face folder with config.json, model.safetensors and tokenizer.json");
            }
        }
        try {
            return new ModelFolder(
                    folder,
                    config(folder.resolve("config.json")),
                    renamed(Safetensors.read(folder.resolve("model.safetensors"))),
                    Files.readString(folder.resolve("tokenizer.json")));
        } catch (MalformedInputException e) {
            throw new CheckpointException(folder.resolve("tokenizer.json") + " is not UTF-8", e);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read the model " + folder + ": " + e, e);
        }
    }

    private static JsonNode config(Path file) throws IOException {
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

    /** The path of {@code config.json}, for messages. */
    String configFile() {
        return folder.resolve("config.json").toString();
    }
}
