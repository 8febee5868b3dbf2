// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The shape of a GPT-2 model: the keys of {@code config.json} that matter.
 *
 * @param hiddenSize {@code n_embd}, width of a hidden state
 * @param layers {@code n_layer}
 * @param heads {@code n_head}; they divide {@code hiddenSize}
 * @param positions {@code n_positions}, longest input, in tokens
 * @param layerNormEps {@code layer_norm_epsilon}
 */
public record CausalConfig(int hiddenSize, int layers, int heads, int positions, double layerNormEps) {
    public CausalConfig {
        if (heads < 1 || hiddenSize % heads != 0) {
            throw new IllegalArgumentException("n_embd " + hiddenSize + " is not divisible by n_head " + heads);
        }
        if (positions < 2) {
            throw new IllegalArgumentException("n_positions is " + positions + "; allowed is 2 or more");
        }
    }

    /**
     * @throws CheckpointException if the folder has another model, or a variant that would compute something else
     */
    public static CausalConfig of(ModelFolder model) {
        JsonNode json = model.config();
        String type = json.path("model_type").asText("");
        String activation = json.path("activation_function").asText("gelu_new");
        if (!type.equals("gpt2") || !activation.equals("gelu_new")) {
            throw new CheckpointException(model.configFile() + ": model_type " + type + " with activation_function "
                    + activation + "; allowed is gpt2 with gelu_new");
        }
        if (!json.path("scale_attn_weights").asBoolean(true)
                || json.path("scale_attn_by_inverse_layer_idx").asBoolean(false)) {
            throw new CheckpointException(model.configFile()
                    + ": attention is not scaled by the heads' width alone; allowed is scale_attn_weights = true with"
                    + " scale_attn_by_inverse_layer_idx = false");
        }
        return new CausalConfig(
                required(model, "n_embd"),
                required(model, "n_layer"),
                required(model, "n_head"),
                required(model, "n_positions"),
                json.path("layer_norm_epsilon").asDouble(1e-5));
    }

    private static int required(ModelFolder model, String key) {
        if (!model.config().path(key).isInt()) {
            throw new CheckpointException(model.configFile() + ": " + key + " is missing or no whole number");
        }
        return model.config().get(key).asInt();
    }
}
