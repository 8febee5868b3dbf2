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

/** DistilBERT (Sanh et al. 2019): BERT's layers under other names, without segments and pooler. */
final class DistilBert implements Architecture {
    private static final double EPS = 1e-12;

    @Override
    public Set<String> modelTypes() {
        return Set.of("distilbert");
    }

    @Override
    public boolean decoder() {
        return false;
    }

    @Override
    public Model build(ConfigKeys config, Modules modules, HeadKind kind) {
        Activation activation =
                config.choice("activation", Activation.GELU, Map.of("gelu", Activation.GELU, "relu", Activation.RELU));
        config.flag("tie_word_embeddings", true); // what the file holds tells
        config.flag("tie_weights_", true);
        config.flag("sinusoidal_pos_embds", false); // they are in the file all the same
        Size vocabulary = config.sized("vocab_size");
        Size width = config.sized("dim");
        Size inner = config.sized("hidden_dim");
        Size positions = config.sized("max_position_embeddings");
        int layers = config.size("n_layers");
        int heads = config.heads("n_heads", width.key(), width.value());
        Dropout dropout = new Dropout(config.dropout("dropout", 0.1));
        Dropout attentionDropout = new Dropout(config.dropout("attention_dropout", 0.1));
        config.requireNoProblem();

        String prefix = modules.prefix("distilbert.");
        NDArray words = modules.array(prefix + "embeddings.word_embeddings.weight", vocabulary, width);
        NDArray places = modules.array(prefix + "embeddings.position_embeddings.weight", positions, width);
        TokenEmbeddings embeddings = new TokenEmbeddings(
                words,
                Optional.empty(),
                Optional.of(new TokenEmbeddings.Positions(places, 0)),
                Optional.empty(),
                modules.layerNorm(prefix + "embeddings.LayerNorm", width, EPS),
                dropout);
        Factor scale = modules.factor(1 / Math.sqrt(width.value() / (double) heads));
        List<Layer> all = IntStream.range(0, layers)
                .mapToObj(i -> {
                    String layer = prefix + "transformer.layer." + i + ".";
                    Attention attention = Attention.plain(
                            new Projections.Separate(
                                    modules.linear(layer + "attention.q_lin", width, width, true),
                                    modules.linear(layer + "attention.k_lin", width, width, true),
                                    modules.linear(layer + "attention.v_lin", width, width, true)),
                            modules.linear(layer + "attention.out_lin", width, width, true),
                            new Attention.Options(i, heads, heads, scale, Window.ALL, 0, attentionDropout));
                    FeedForward feedForward = new FeedForward(
                            modules.linear(layer + "ffn.lin1", inner, width, true),
                            modules.linear(layer + "ffn.lin2", width, inner, true),
                            activation);
                    return new Layer(
                            Residual.postNorm(
                                    modules.sublayer(layer + "attention", attention),
                                    modules.layerNorm(layer + "sa_layer_norm", width, EPS),
                                    new Dropout(0)),
                            Residual.postNorm(
                                    modules.sublayer(layer + "ffn", feedForward),
                                    modules.layerNorm(layer + "output_layer_norm", width, EPS),
                                    dropout));
                })
                .toList();
        Transformer transformer = new Transformer(embeddings, all, Norm.NONE);
        Optional<Head> head = switch (kind) {
            case NONE -> Optional.empty();
            case MASKED_LM -> {
                String own = "vocab_projector.weight";
                yield Optional.of(new Head(
                        Head.Transform.of(
                                modules.dense("vocab_transform", width, width, true),
                                activation,
                                modules.layerNorm("vocab_layer_norm", width, EPS)),
                        new Dropout(0),
                        new Dense(
                                modules.has(own) ? modules.array(own, vocabulary, width) : words,
                                modules.array("vocab_projector.bias", vocabulary)),
                        0));
            }
            case SEQUENCE ->
                Optional.of(new Head(
                        Head.Transform.of(
                                modules.dense("pre_classifier", width, width, true), Activation.RELU, Norm.NONE),
                        new Dropout(config.dropout("seq_classif_dropout", 0.2)),
                        modules.dense("classifier", modules.rows("classifier.weight"), width, true),
                        0));
            case TOKENS ->
                Optional.of(new Head(
                        Head.Transform.NONE,
                        dropout,
                        modules.dense("classifier", modules.rows("classifier.weight"), width, true),
                        0));
            case CAUSAL_LM -> throw new IllegalStateException("an encoder has no " + kind);
        };
        Optional<Pooled> pooled = kind == HeadKind.SEQUENCE ? Optional.of(Pooled.FIRST) : Optional.empty();
        return new Model(transformer, head, pooled, vocabulary.value(), positions.value());
    }
}
