// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import java.util.List;

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
     * @throws CheckpointException if the folder has another model, a variant that would compute something else, or
     *     weights or a tokenizer that do not fit {@code config.json}; it names the key
     */
    public static CausalConfig of(ModelFolder model) {
        String file = model.configFile();
        ConfigKeys keys = new ConfigKeys(model.config(), file);
        keys.only("model_type", "gpt2");
        keys.requireNoProblem(); // another family has other keys
        keys.only("activation_function", "gelu_new");
        keys.only("scale_attn_weights", "true");
        keys.off("scale_attn_by_inverse_layer_idx", "add_cross_attention", "pruned_heads", "quantization_config");
        int hidden = keys.size("n_embd");
        int layers = keys.size("n_layer");
        int heads = keys.heads("n_head", "n_embd", hidden);
        int positions = keys.size("n_positions");
        int inner = keys.size("n_inner", Math.multiplyExact(4, Math.min(hidden, Integer.MAX_VALUE / 4)));
        double eps = keys.eps("layer_norm_epsilon", 1e-5);
        int vocabulary = keys.size("vocab_size");
        keys.requireNoProblem();

        Weights weights = model.weights();
        String prefix = weights.names().contains("transformer.wte.weight") ? "transformer." : "";
        weights.require(prefix + "wte.weight", file, List.of("vocab_size", "n_embd"), vocabulary, hidden);
        weights.require(prefix + "wpe.weight", file, List.of("n_positions", "n_embd"), positions, hidden);
        for (int i = 0; i < layers; i++) {
            String layer = prefix + "h." + i + ".";
            weights.require(layer + "attn.c_attn.weight", file, List.of("n_embd", "3 n_embd"), hidden, 3L * hidden);
            weights.require(layer + "attn.c_proj.weight", file, List.of("n_embd", "n_embd"), hidden, hidden);
            weights.require(layer + "mlp.c_fc.weight", file, List.of("n_embd", "n_inner"), hidden, inner);
            weights.require(layer + "mlp.c_proj.weight", file, List.of("n_inner", "n_embd"), inner, hidden);
            for (String norm : List.of("ln_1", "ln_2", "attn.c_proj", "mlp.c_proj")) {
                weights.require(layer + norm + ".bias", file, List.of("n_embd"), hidden);
            }
        }
        if (weights.names().stream().anyMatch(name -> name.startsWith(prefix + "h." + layers + "."))) {
            throw new CheckpointException(file + ": n_layer is " + layers + ", but the weights have a layer " + layers);
        }
        TokenizerFile.requireFits(
                model.tokenizer(), model.folder().resolve("tokenizer.json").toString(), vocabulary);
        return new CausalConfig(hidden, layers, heads, positions, eps);
    }
}
