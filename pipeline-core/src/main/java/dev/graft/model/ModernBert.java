// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import ai.djl.ndarray.NDArray;
import dev.graft.checkpoint.ConfigKeys;
import dev.graft.checkpoint.Size;
import dev.graft.nn.Activation;
import dev.graft.nn.Attention;
import dev.graft.nn.Dense;
import dev.graft.nn.Dropout;
import dev.graft.nn.Factor;
import dev.graft.nn.GatedFeedForward;
import dev.graft.nn.Head;
import dev.graft.nn.Layer;
import dev.graft.nn.Norm;
import dev.graft.nn.Projections;
import dev.graft.nn.Residual;
import dev.graft.nn.Rotary;
import dev.graft.nn.TokenEmbeddings;
import dev.graft.nn.Transformer;
import dev.graft.nn.Window;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * ModernBERT (Warner et al. 2024, section 2.1): an encoder of pre-norm layers with rotary positions and gated feed-forward
 * blocks; tokens see all others in every third layer only, and their neighbours in the rest.
 */
final class ModernBert implements Architecture {
    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";
    private static final Map<String, Activation> ACTIVATIONS = Map.of("gelu", Activation.GELU, "silu", Activation.SILU);

    @Override
    public Set<String> modelTypes() {
        return Set.of("modernbert");
    }

    @Override
    public boolean decoder() {
        return false;
    }

    @Override
    public Model build(ConfigKeys config, Modules modules, HeadKind kind) {
        config.only("position_embedding_type", "absolute"); // left in the published files, and without a meaning there
        config.eps("layer_norm_eps", 1e-5); // as is this
        config.flag("tie_word_embeddings", true); // what the file holds tells
        Activation activation = config.choice("hidden_activation", Activation.GELU, ACTIVATIONS);
        Size vocabulary = config.sized("vocab_size");
        Size width = config.sized("hidden_size");
        Size inner = config.sized("intermediate_size");
        int layers = config.size("num_hidden_layers");
        int heads = config.heads("num_attention_heads", width.key(), width.value());
        int positions = config.size("max_position_embeddings");
        double eps = config.eps("norm_eps", 1e-5);
        boolean normBias = config.flag("norm_bias", false);
        boolean attentionBias = config.flag("attention_bias", false);
        boolean innerBias = config.flag("mlp_bias", false);
        Dropout attentionDropout = new Dropout(config.dropout("attention_dropout", 0));
        Dropout innerDropout = new Dropout(config.dropout("mlp_dropout", 0));
        int size = width.value() / heads;
        Rotary far = RotaryKeys.read(config, FULL, size, "global_rope_theta", 160_000, true);
        Rotary near = RotaryKeys.read(config, SLIDING, size, "local_rope_theta", 10_000, false);
        Window window = Window.around(config.size("local_attention", 128));
        List<Boolean> sliding = sliding(config, layers);
        Dropout embedded = new Dropout(config.dropout("embedding_dropout", 0));
        config.requireNoProblem();

        Names names = new Names(modules, width, eps, normBias);
        String prefix = modules.prefix("model.");
        NDArray words = modules.array(prefix + "embeddings.tok_embeddings.weight", vocabulary, width);
        TokenEmbeddings embeddings = new TokenEmbeddings(
                words,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                names.norm(prefix + "embeddings.norm"),
                embedded);
        Factor scale = modules.factor(1 / Math.sqrt(size));
        Size joined = new Size("3 hidden_size", 3 * width.value());
        Size gates = new Size("2 intermediate_size", 2 * inner.value());
        List<Layer> all = IntStream.range(0, layers)
                .mapToObj(i -> {
                    String layer = prefix + "layers." + i + ".";
                    Attention attention = new Attention(
                            new Projections.Fused(
                                    modules.linear(layer + "attn.Wqkv", joined, width, attentionBias),
                                    width.value(),
                                    width.value()),
                            modules.linear(layer + "attn.Wo", width, width, attentionBias),
                            new Attention.Options(
                                    i, heads, heads, scale, sliding.get(i) ? window : Window.ALL, 0, attentionDropout),
                            Norm.NONE,
                            Norm.NONE,
                            Optional.of(sliding.get(i) ? near : far));
                    GatedFeedForward feedForward = new GatedFeedForward(
                            new GatedFeedForward.Fused(modules.linear(layer + "mlp.Wi", gates, width, innerBias)),
                            modules.linear(layer + "mlp.Wo", width, inner, innerBias),
                            activation,
                            innerDropout);
                    // The embeddings' norm stands before the first layer already.
                    Norm before = i == 0 ? Norm.NONE : names.norm(layer + "attn_norm");
                    return new Layer(
                            Residual.preNorm(before, modules.sublayer(layer + "attn", attention), attentionDropout),
                            Residual.preNorm(
                                    names.norm(layer + "mlp_norm"),
                                    modules.sublayer(layer + "mlp", feedForward),
                                    new Dropout(0)));
                })
                .toList();
        Transformer transformer = new Transformer(embeddings, all, names.norm(prefix + "final_norm"));
        Optional<Head> head = switch (kind) {
            case NONE -> Optional.empty();
            case MASKED_LM -> {
                String own = "decoder.weight";
                boolean bias = config.flag("decoder_bias", true);
                yield Optional.of(new Head(
                        names.transform(activation),
                        new Dropout(0),
                        new Dense(
                                modules.has(own) ? modules.array(own, vocabulary, width) : words,
                                bias ? modules.array("decoder.bias", vocabulary) : null),
                        0));
            }
            case SEQUENCE, TOKENS ->
                Optional.of(new Head(
                        names.transform(config.choice("classifier_activation", Activation.GELU, ACTIVATIONS)),
                        new Dropout(config.dropout("classifier_dropout", 0)),
                        modules.dense("classifier", modules.rows("classifier.weight"), width, true),
                        0));
            case CAUSAL_LM -> throw new IllegalStateException("an encoder has no " + kind);
        };
        Pooled pooled =
                config.choice("classifier_pooling", Pooled.FIRST, Map.of("cls", Pooled.FIRST, "mean", Pooled.MEAN));
        return new Model(
                transformer,
                head,
                kind == HeadKind.SEQUENCE ? Optional.of(pooled) : Optional.empty(),
                vocabulary.value(),
                positions);
    }

    private record Names(Modules modules, Size width, double eps, boolean bias) {
        Norm norm(String name) {
            return bias ? modules.layerNorm(name, width, eps) : modules.layerNormWithoutBias(name, width, eps);
        }

        Head.Transform transform(Activation activation) {
            boolean own = modules.has("head.dense.bias");
            return Head.Transform.of(modules.dense("head.dense", width, width, own), activation, norm("head.norm"));
        }
    }

    private static List<Boolean> sliding(ConfigKeys config, int layers) {
        int every = config.size("global_attn_every_n_layers", 3);
        List<String> given = config.perLayer("layer_types", layers, FULL, SLIDING);
        return IntStream.range(0, layers)
                .mapToObj(i -> given.isEmpty() ? i % every != 0 : given.get(i).equals(SLIDING))
                .toList();
    }
}
