// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import dev.graft.checkpoint.ConfigKeys;
import dev.graft.nn.Activation;
import dev.graft.nn.Dropout;
import dev.graft.nn.Factor;
import dev.graft.nn.Rotary;
import dev.graft.nn.Window;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Llama 2 and 3 (Touvron et al. 2023; Grattafiori et al. 2024, section 3.2), SmolLM 1 and 2, which are of the same build;
 * Mistral (Jiang et al. 2023), whose tokens see a sliding window; SmolLM3, some of whose layers have no positions (Yang et al.
 * 2025).
 */
final class Llama implements Architecture {
    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";

    @Override
    public Set<String> modelTypes() {
        return Set.of("llama", "mistral", "smollm3");
    }

    @Override
    public boolean decoder() {
        return true;
    }

    @Override
    public Model build(ConfigKeys config, Modules modules, HeadKind head) {
        boolean smollm3 = config.choice("model_type", false, Map.of("smollm3", true, "llama", false, "mistral", false));
        DecoderKeys keys = DecoderKeys.read(config, modules, false);
        config.only("hidden_act", "silu");
        config.only("pretraining_tp", "1"); // more only splits the same sums
        config.off("rope_interleaved");
        boolean attentionBias = config.flag("attention_bias", false);
        boolean innerBias = config.flag("mlp_bias", false);
        Rotary rotary = RotaryKeys.read(config, keys.headSize().value(), smollm3 ? 2_000_000 : 10_000);
        List<Boolean> turned = turned(config, keys.layers(), smollm3);
        List<Window> windows = windows(config, keys.layers());
        config.requireNoProblem();
        Factor scale = keys.scale();
        return keys.model(head, Optional.empty(), 0, i -> {
            var attention = keys.attention(
                    i,
                    keys.options(i, scale, windows.get(i), 0),
                    turned.get(i) ? Optional.of(rotary) : Optional.empty(),
                    attentionBias,
                    attentionBias,
                    false);
            var feedForward = keys.gated(i, Activation.SILU, innerBias);
            return keys.preNorm(i, attention, feedForward, new Dropout(0));
        });
    }

    /** Which layers have rotary positions. */
    private static List<Boolean> turned(ConfigKeys config, int layers, boolean smollm3) {
        if (!smollm3) {
            return IntStream.range(0, layers).mapToObj(i -> true).toList();
        }
        int interval = config.size("no_rope_layer_interval", 4);
        List<String> given = config.perLayer("no_rope_layers", layers, "0", "1");
        return IntStream.range(0, layers)
                .mapToObj(i ->
                        given.isEmpty() ? (i + 1) % interval != 0 : given.get(i).equals("1"))
                .toList();
    }

    private static List<Window> windows(ConfigKeys config, int layers) {
        boolean sliding = config.flag("use_sliding_window", true) && config.has("sliding_window");
        Window window = sliding ? Window.sliding(config.size("sliding_window")) : Window.CAUSAL;
        List<String> given = config.perLayer("layer_types", layers, FULL, SLIDING);
        return IntStream.range(0, layers)
                .mapToObj(i -> given.isEmpty() || given.get(i).equals(SLIDING) ? window : Window.CAUSAL)
                .toList();
    }
}
