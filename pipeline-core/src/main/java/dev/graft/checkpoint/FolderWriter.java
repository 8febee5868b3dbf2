// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.storage.LocalStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes a model as the Hugging Face folder that transformers loads. */
public final class FolderWriter {
    /** What is taken as it is where the model came from a folder. */
    private static final List<String> BESIDE = List.of(
            "generation_config.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "vocab.txt",
            "merges.txt",
            "chat_template.jinja");

    /** What transformers calls a causal model of a family, where the model does not say. */
    private static final Map<String, String> CAUSAL = Map.of(
            "llama", "LlamaForCausalLM",
            "mistral", "MistralForCausalLM",
            "qwen2", "Qwen2ForCausalLM",
            "qwen3", "Qwen3ForCausalLM");

    private static final ObjectMapper JSON = new ObjectMapper();

    private FolderWriter() {}

    /**
     * Writes beside the folder, and puts it in its place as a whole.
     *
     * @param dtype of the weights; F32, F16 or BF16
     */
    public static void write(ModelFolder model, DType dtype, Path folder) {
        LocalStorage storage = new LocalStorage();
        Path draft = folder.resolveSibling(folder.getFileName() + ".draft");
        try {
            storage.delete(draft.toString());
            Files.createDirectories(draft);
            write(draft.resolve("config.json"), config(model, dtype));
            Files.writeString(draft.resolve("tokenizer.json"), model.tokenizer());
            if (Files.isDirectory(model.folder())) {
                for (String name : BESIDE) {
                    if (Files.isRegularFile(model.folder().resolve(name))) {
                        Files.copy(model.folder().resolve(name), draft.resolve(name));
                    }
                }
            } else {
                write(draft.resolve("tokenizer_config.json"), tokenizerConfig(model));
            }
            Safetensors.write(draft.resolve("model.safetensors"), model.weights(), dtype, Map.of("format", "pt"));
            storage.replace(draft.toString(), folder.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the model " + folder + ": " + e, e);
        }
    }

    private static void write(Path file, JsonNode json) throws IOException {
        Files.writeString(file, json.toPrettyString() + "\n");
    }

    private static ObjectNode config(ModelFolder model, DType dtype) {
        ObjectNode config = model.config().deepCopy();
        config.remove(List.of("quantization_config", "dtype"));
        String type = config.path("model_type").asText();
        if (!config.has("architectures") && CAUSAL.containsKey(type)) {
            config.putArray("architectures").add(CAUSAL.get(type));
        }
        return config.put(
                "torch_dtype",
                switch (dtype) {
                    case F32 -> "float32";
                    case F16 -> "float16";
                    case BF16 -> "bfloat16";
                    case Q8_0 -> throw new IllegalArgumentException("a folder holds F32, F16 and BF16, not " + dtype);
                });
    }

    /** Of a model from a file that holds all. */
    private static ObjectNode tokenizerConfig(ModelFolder model) throws IOException {
        ObjectNode config = JSON.createObjectNode().put("tokenizer_class", "PreTrainedTokenizerFast");
        config.put("clean_up_tokenization_spaces", false);
        config.put(
                "model_max_length",
                model.config().path("max_position_embeddings").asInt());
        JsonNode added = JSON.readTree(model.tokenizer()).path("added_tokens");
        for (String key : List.of("bos_token", "eos_token", "pad_token")) {
            int id = model.config().path(key + "_id").asInt(-1);
            for (JsonNode token : added) {
                if (token.path("id").asInt() == id) {
                    config.put(key, token.path("content").asText());
                }
            }
        }
        model.chatTemplate().ifPresent(template -> config.put("chat_template", template));
        return config;
    }
}
