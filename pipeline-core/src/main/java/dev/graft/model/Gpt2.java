// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import ai.djl.ndarray.NDArray;
import dev.graft.checkpoint.ConfigKeys;
import dev.graft.checkpoint.Size;
import dev.graft.nn.Activation;
import dev.graft.nn.Attention;
import dev.graft.nn.Dropout;
import dev.graft.nn.Factor;
import dev.graft.nn.FeedForward;
import dev.graft.nn.Head;
import dev.graft.nn.Layer;
import dev.graft.nn.Norm;
import dev.graft.nn.Projections;
import dev.graft.nn.Residual;
import dev.graft.nn.TokenEmbeddings;
import dev.graft.nn.Transformer;
import dev.graft.nn.Window;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** GPT-2 (Radford et al. 2019, section 2.3): pre-norm layers, learnt positions, weights stored [in, out]. */
final class Gpt2 implements Architecture {
    private static final double DROPOUT = 0.1;
    private static final Map<String, Activation> ACTIVATIONS = Map.of(
            "gelu_new", Activation.GELU_TANH, "gelu_pytorch_tanh", Activation.GELU_TANH, "gelu", Activation.GELU);

    @Override
    public Set<String> modelTypes() {
        return Set.of("gpt2");
    }

    @Override
    public boolean decoder() {
        return true;
    }

    @Override
    public Model build(ConfigKeys config, Modules modules, HeadKind kind) {
        Activation activation = config.choice("activation_function", Activation.GELU_TANH, ACTIVATIONS);
        config.only("scale_attn_weights", "true");
        config.off("scale_attn_by_inverse_layer_idx");
        config.flag("reorder_and_upcast_attn", false); // the same in 32 bits
        Size width = config.sized("n_embd");
        int layers = config.size("n_layer");
        int heads = config.heads("n_head", width.key(), width.value());
        Size positions = config.sized("n_positions");
        Size inner = config.sized(
                "n_inner", new Size("n_inner", Math.multiplyExact(4, Math.min(width.value(), Integer.MAX_VALUE / 4))));
        double eps = config.eps("layer_norm_epsilon", 1e-5);
        Size vocabulary = config.sized("vocab_size");
        Dropout dropout = new Dropout(config.dropout("resid_pdrop", DROPOUT));
        Dropout embedded = new Dropout(config.dropout("embd_pdrop", DROPOUT));
        Dropout attended = new Dropout(config.dropout("attn_pdrop", DROPOUT));
        boolean tied =
                config.flag("tie_word_embeddings", !modules.has("lm_head.weight")) || !modules.has("lm_head.weight");
        config.requireNoProblem();

        String prefix = modules.prefix("transformer.");
        Size joined = new Size("3 n_embd", 3 * width.value());
        Factor scale = modules.factor(1 / Math.sqrt(width.value() / (double) heads));
        NDArray words = modules.array(prefix + "wte.weight", vocabulary, width);
        TokenEmbeddings embeddings = new TokenEmbeddings(
                words,
                Optional.empty(),
                Optional.of(new TokenEmbeddings.Positions(modules.array(prefix + "wpe.weight", positions, width), 0)),
                Optional.empty(),
                Norm.NONE,
                embedded);
        List<Layer> all = IntStream.range(0, layers)
                .mapToObj(i -> {
                    String layer = prefix + "h." + i + ".";
                    Attention attention = Attention.plain(
                            new Projections.Fused(
                                    modules.convolution(layer + "attn.c_attn", joined, width),
                                    width.value(),
                                    width.value()),
                            modules.convolution(layer + "attn.c_proj", width, width),
                            new Attention.Options(i, heads, heads, scale, Window.CAUSAL, 0, attended));
                    FeedForward feedForward = new FeedForward(
                            modules.convolution(layer + "mlp.c_fc", inner, width),
                            modules.convolution(layer + "mlp.c_proj", width, inner),
                            activation);
                    return new Layer(
                            Residual.preNorm(
                                    modules.layerNorm(layer + "ln_1", width, eps),
                                    modules.sublayer(layer + "attn", attention),
                                    dropout),
                            Residual.preNorm(
                                    modules.layerNorm(layer + "ln_2", width, eps),
                                    modules.sublayer(layer + "mlp", feedForward),
                                    dropout));
                })
                .toList();
        Transformer transformer = new Transformer(embeddings, all, modules.layerNorm(prefix + "ln_f", width, eps));
        Optional<Head> head = switch (kind) {
            case NONE -> Optional.empty();
            case CAUSAL_LM ->
                Optional.of(Head.of(modules.output(
                        "lm_head", tied ? words : modules.array("lm_head.weight", vocabulary, width), null)));
            case SEQUENCE -> Optional.of(Head.of(modules.dense("score", modules.rows("score.weight"), width, false)));
            case TOKENS ->
                Optional.of(new Head(
                        Head.Transform.NONE,
                        new Dropout(config.dropout("classifier_dropout", DROPOUT)),
                        modules.dense("classifier", modules.rows("classifier.weight"), width, true),
                        0));
            case MASKED_LM -> throw new IllegalStateException("a decoder has no " + kind);
        };
        Optional<Pooled> pooled = kind == HeadKind.SEQUENCE ? Optional.of(Pooled.LAST) : Optional.empty();
        return new Model(transformer, head, pooled, vocabulary.value(), positions.value());
    }
}
