// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A GGUF file as a Hugging Face folder would hold the same model: {@code config.json}, names, tokenizer, chat template. */
final class GgufModel {
    private static final Set<String> ARCHITECTURES = new TreeSet<>(Set.of("llama", "qwen2", "qwen3"));

    /** Keys below the architecture's name, and the ones of {@code config.json} that say the same. */
    static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("context_length", "max_position_embeddings"),
            Map.entry("block_count", "num_hidden_layers"),
            Map.entry("feed_forward_length", "intermediate_size"),
            Map.entry("embedding_length", "hidden_size"),
            Map.entry("attention.head_count", "num_attention_heads"),
            Map.entry("attention.head_count_kv", "num_key_value_heads"),
            Map.entry("attention.layer_norm_rms_epsilon", "rms_norm_eps"),
            Map.entry("attention.key_length", "head_dim"),
            Map.entry("rope.freq_base", "rope_theta"));

    /** Keys that say again what others or the tensors say. */
    private static final Set<String> REPEATED = Set.of("vocab_size", "rope.dimension_count", "attention.value_length");

    private final Path file;
    private final Gguf gguf;
    private final String architecture;

    private GgufModel(Path file) {
        this.file = file;
        gguf = Gguf.read(file);
        architecture = gguf.metadata().path("general.architecture").asText();
        if (!ARCHITECTURES.contains(architecture)) {
            throw new CheckpointException(file + ": general.architecture is "
                    + gguf.metadata().path("general.architecture") + "; allowed are " + ARCHITECTURES);
        }
    }

    /**
     * @throws CheckpointException if the file is of an unknown architecture or tokenizer, or holds a key that is not known
     */
    static ModelFolder read(Path file) {
        GgufModel model = new GgufModel(file);
        JsonNode template = model.gguf.metadata().path("tokenizer.chat_template");
        return new ModelFolder(
                file,
                model.config(),
                model.weights(),
                GgufTokenizer.json(model.gguf.metadata(), file),
                template.isTextual() ? Optional.of(template.asText()) : Optional.empty());
    }

    private ObjectNode config() {
        JsonNode metadata = gguf.metadata();
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("model_type", architecture);
        String prefix = architecture + ".";
        metadata.fields().forEachRemaining(entry -> {
            String key = entry.getKey();
            if (!key.startsWith(prefix) || key.startsWith(prefix + "rope.scaling.")) {
                return;
            }
            String known = KEYS.get(key.substring(prefix.length()));
            if (known != null) {
                config.set(known, entry.getValue());
            } else if (!REPEATED.contains(key.substring(prefix.length()))) {
                throw new CheckpointException(file + ": " + key + " is " + entry.getValue()
                        + "; it may change what the model computes, and it is not known how");
            }
        });
        scaling(metadata, prefix + "rope.scaling.", config);
        if (gguf.weights().names().contains(GgufRotary.TENSOR)) {
            config.set(
                    "rope_scaling",
                    GgufRotary.scaling(
                            gguf.weights().tensor(GgufRotary.TENSOR),
                            config.path("rope_theta").asDouble(10_000),
                            file.toString()));
        }
        config.put("vocab_size", metadata.path("tokenizer.ggml.tokens").size());
        config.put("tie_word_embeddings", !gguf.weights().names().contains("output.weight"));
        copy(metadata, "tokenizer.ggml.bos_token_id", config, "bos_token_id");
        copy(metadata, "tokenizer.ggml.eos_token_id", config, "eos_token_id");
        copy(metadata, "tokenizer.ggml.padding_token_id", config, "pad_token_id");
        // Numbers are unsigned in the file, and ints in config.json.
        for (String key : List.of(
                "max_position_embeddings",
                "num_hidden_layers",
                "intermediate_size",
                "hidden_size",
                "num_attention_heads",
                "num_key_value_heads",
                "head_dim")) {
            if (config.path(key).canConvertToInt()) {
                config.put(key, config.get(key).asInt());
            }
        }
        return config;
    }

    private void scaling(JsonNode metadata, String prefix, ObjectNode config) {
        String type = metadata.path(prefix + "type").asText("none");
        if (type.equals("none")) {
            return;
        }
        ObjectNode scaling = config.putObject("rope_scaling").put("rope_type", type);
        copy(metadata, prefix + "factor", scaling, "factor");
        if (type.equals("yarn")) {
            copy(metadata, prefix + "original_context_length", scaling, "original_max_position_embeddings");
        }
    }

    private static void copy(JsonNode from, String key, ObjectNode to, String as) {
        JsonNode value = from.path(key);
        if (value.canConvertToInt() && value.isIntegralNumber()) {
            to.put(as, value.asInt());
        } else if (!value.isMissingNode()) {
            to.set(as, value);
        }
    }

    private Weights weights() {
        JsonNode metadata = gguf.metadata();
        String count = architecture + ".attention.head_count";
        int heads = metadata.path(count).asInt();
        GgufNames names = new GgufNames(
                file, architecture, heads, metadata.path(count + "_kv").asInt(heads));
        return new Weights(gguf.weights().tensors().stream()
                .filter(tensor -> !tensor.name().equals(GgufRotary.TENSOR))
                .map(names::huggingFace)
                .toList());
    }
}
