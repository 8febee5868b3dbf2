// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import dev.graft.checkpoint.ConfigKeys;
import dev.graft.nn.Activation;
import dev.graft.nn.Dropout;
import dev.graft.nn.Factor;
import dev.graft.nn.Layer;
import dev.graft.nn.Norm;
import dev.graft.nn.Residual;
import dev.graft.nn.Rotary;
import dev.graft.nn.Window;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Gemma 2 (Gemma Team 2024, section 2): norms on both sides of each sub-layer, capped scores and logits, every other layer with
 * a sliding window. Gemma 3 (Gemma Team 2025, section 2): norms of queries and keys instead of caps, every sixth layer without
 * a window and with longer waves.
 */
final class Gemma implements Architecture {
    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";
    private static final Map<String, Activation> ACTIVATIONS =
            Map.of("gelu_pytorch_tanh", Activation.GELU_TANH, "gelu", Activation.GELU);

    @Override
    public Set<String> modelTypes() {
        return Set.of("gemma2", "gemma3_text");
    }

    @Override
    public boolean decoder() {
        return true;
    }

    @Override
    public Model build(ConfigKeys config, Modules modules, HeadKind head) {
        boolean third = config.choice("model_type", false, Map.of("gemma2", false, "gemma3_text", true));
        DecoderKeys keys = DecoderKeys.read(config, modules, true);
        config.off("use_bidirectional_attention");
        Activation activation = config.choice("hidden_activation", Activation.GELU_TANH, ACTIVATIONS);
        config.choice("hidden_act", activation, ACTIVATIONS); // of old files, beside the one that counts
        boolean bias = config.flag("attention_bias", false);
        int size = keys.headSize().value();
        Rotary far = third
                ? RotaryKeys.read(config, FULL, size, "rope_theta", 1_000_000, true)
                : RotaryKeys.read(config, size, 10_000);
        Rotary near = third ? RotaryKeys.read(config, SLIDING, size, "rope_local_base_freq", 10_000, false) : far;
        List<Boolean> sliding = sliding(config, keys.layers(), third);
        Window window = Window.sliding(config.size("sliding_window", 4096));
        double scoreCap = config.number("attn_logit_softcapping", 0);
        double logitCap = config.number("final_logit_softcapping", 0);
        Factor scale = modules.factor(1 / Math.sqrt(config.number("query_pre_attn_scalar", 256)));
        config.requireNoProblem();
        Factor embedded = modules.factor(Math.sqrt(keys.width().value()));
        return keys.model(head, Optional.of(embedded), logitCap, i -> {
            String layer = keys.layer(i);
            var attention = keys.attention(
                    i,
                    keys.options(i, scale, sliding.get(i) ? window : Window.CAUSAL, scoreCap),
                    Optional.of(sliding.get(i) ? near : far),
                    bias,
                    bias,
                    third);
            return new Layer(
                    new Residual(
                            keys.norm(layer + "input_layernorm"),
                            modules.sublayer(layer + "self_attn", attention),
                            keys.norm(layer + "post_attention_layernorm"),
                            Norm.NONE,
                            new Dropout(0)),
                    new Residual(
                            keys.norm(layer + "pre_feedforward_layernorm"),
                            modules.sublayer(layer + "mlp", keys.gated(i, activation, false)),
                            keys.norm(layer + "post_feedforward_layernorm"),
                            Norm.NONE,
                            new Dropout(0)));
        });
    }

    private static List<Boolean> sliding(ConfigKeys config, int layers, boolean third) {
        int pattern = third ? config.size("sliding_window_pattern", config.size("_sliding_window_pattern", 6)) : 2;
        List<String> given = config.perLayer("layer_types", layers, FULL, SLIDING);
        return IntStream.range(0, layers)
                .mapToObj(i ->
                        given.isEmpty() ? (i + 1) % pattern != 0 : given.get(i).equals(SLIDING))
                .toList();
    }
}
