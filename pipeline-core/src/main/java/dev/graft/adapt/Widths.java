// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.model.Architectures;

/**
 * The sizes of a model that a method which is asked for no linear map needs.
 *
 * @param groups key/value heads
 * @param headSize of a head
 * @param decoder whether it predicts the next token
 */
record Widths(int layers, int width, int groups, int headSize, boolean decoder) {
    /**
     * @param config of a model that was built
     */
    static Widths of(JsonNode config) {
        int width = first(config, "hidden_size", "n_embd", "dim");
        int heads = first(config, "num_attention_heads", "n_head", "n_heads");
        return new Widths(
                first(config, "num_hidden_layers", "n_layer", "n_layers"),
                width,
                config.path("num_key_value_heads").asInt(heads),
                config.path("head_dim").asInt(width / Math.max(1, heads)),
                Architectures.isDecoder(config.path("model_type").asText()));
    }

    private static int first(JsonNode config, String... keys) {
        for (String key : keys) {
            if (config.hasNonNull(key)) {
                return config.get(key).asInt();
            }
        }
        throw new AdapterException("config.json has none of " + String.join(", ", keys));
    }
}
