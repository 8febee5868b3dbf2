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
 * Qwen 2 and 2.5, whose queries, keys and values have biases (Yang et al. 2024, section 2.2), and Qwen 3, which has norms of
 * queries and keys instead (Yang et al. 2025, section 2). From some layer on tokens may see a sliding window.
 */
final class Qwen implements Architecture {
    @Override
    public Set<String> modelTypes() {
        return Set.of("qwen2", "qwen3");
    }

    @Override
    public boolean decoder() {
        return true;
    }

    @Override
    public Model build(ConfigKeys config, Modules modules, HeadKind head) {
        boolean third = config.choice("model_type", false, Map.of("qwen2", false, "qwen3", true));
        DecoderKeys keys = DecoderKeys.read(config, modules, false);
        config.only("hidden_act", "silu");
        config.off("use_mrope");
        boolean bias = third ? config.flag("attention_bias", false) : true;
        boolean outputBias = third && bias;
        Rotary rotary = RotaryKeys.read(config, keys.headSize().value(), 10_000);
        List<Window> windows = windows(config, keys.layers());
        config.requireNoProblem();
        Factor scale = keys.scale();
        return keys.model(head, Optional.empty(), 0, i -> {
            var attention = keys.attention(
                    i, keys.options(i, scale, windows.get(i), 0), Optional.of(rotary), bias, outputBias, third);
            return keys.preNorm(i, attention, keys.gated(i, Activation.SILU, false), new Dropout(0));
        });
    }

    private static List<Window> windows(ConfigKeys config, int layers) {
        boolean sliding = config.flag("use_sliding_window", false);
        int width = config.size("sliding_window", 4096);
        int first = config.count("max_window_layers", 28);
        List<String> given = config.perLayer("layer_types", layers, "full_attention", "sliding_attention");
        return IntStream.range(0, layers)
                .mapToObj(i -> given.isEmpty() ? i >= first : given.get(i).equals("sliding_attention"))
                .map(slides -> sliding && slides ? Window.sliding(width) : Window.CAUSAL)
                .toList();
    }
}
