// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import dev.graft.checkpoint.ConfigKeys;
import dev.graft.checkpoint.Size;
import dev.graft.nn.Activation;
import dev.graft.nn.Attention;
import dev.graft.nn.Dropout;
import dev.graft.nn.Factor;
import dev.graft.nn.GatedFeedForward;
import dev.graft.nn.Norm;
import dev.graft.nn.Projections;
import dev.graft.nn.Rotary;
import dev.graft.nn.Window;
import java.util.Optional;
import java.util.Set;

/** Phi-3 (Abdin et al. 2024, section 2): as Llama, with one map for queries, keys and values and one for gate and input. */
final class Phi3 implements Architecture {
    @Override
    public Set<String> modelTypes() {
        return Set.of("phi3");
    }

    @Override
    public boolean decoder() {
        return true;
    }

    @Override
    public Model build(ConfigKeys config, Modules modules, HeadKind head) {
        DecoderKeys keys = DecoderKeys.read(config, modules, false);
        config.only("hidden_act", "silu");
        config.off("attention_bias");
        Rotary rotary = RotaryKeys.read(config, keys.headSize().value(), 10_000);
        config.size("original_max_position_embeddings", keys.positions()); // of scalings that are refused
        Window window = config.has("sliding_window") ? Window.sliding(config.size("sliding_window")) : Window.CAUSAL;
        Dropout dropout = new Dropout(config.dropout("resid_pdrop", 0));
        config.requireNoProblem();
        Factor scale = keys.scale();
        int queries = keys.queries().value();
        int keyValues = keys.keyValues().value();
        Size joined = new Size("queries, keys and values", queries + 2 * keyValues);
        Size gates = new Size("2 intermediate_size", 2 * keys.inner().value());
        return keys.model(head, Optional.empty(), 0, i -> {
            String layer = keys.layer(i);
            Attention attention = new Attention(
                    new Projections.Fused(
                            modules.linear(layer + "self_attn.qkv_proj", joined, keys.width(), false),
                            queries,
                            keyValues),
                    modules.linear(layer + "self_attn.o_proj", keys.width(), keys.queries(), false),
                    keys.options(i, scale, window, 0),
                    Norm.NONE,
                    Norm.NONE,
                    Optional.of(rotary));
            GatedFeedForward feedForward = new GatedFeedForward(
                    new GatedFeedForward.Fused(modules.linear(layer + "mlp.gate_up_proj", gates, keys.width(), false)),
                    modules.linear(layer + "mlp.down_proj", keys.width(), keys.inner(), false),
                    Activation.SILU,
                    new Dropout(0));
            return keys.preNorm(i, attention, feedForward, dropout);
        });
    }
}
