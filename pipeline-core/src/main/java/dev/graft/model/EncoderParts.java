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
import java.util.stream.IntStream;

/**
 * What the encoders after BERT share: the keys of their shape, and post-norm layers under BERT's names.
 *
 * @param prefix of the names, such as {@code bert.}, or none
 */
record EncoderParts(
        ConfigKeys config,
        Modules modules,
        String prefix,
        Size vocabulary,
        Size width,
        int layers,
        int heads,
        Size inner,
        Size positions,
        double eps,
        Activation activation,
        Dropout dropout,
        Dropout attentionDropout) {
    private static final double DROPOUT = 0.1;

    static EncoderParts read(ConfigKeys config, Modules modules, String prefix) {
        config.only("position_embedding_type", "absolute");
        Size width = config.sized("hidden_size");
        EncoderParts parts = new EncoderParts(
                config,
                modules,
                modules.prefix(prefix),
                config.sized("vocab_size"),
                width,
                config.size("num_hidden_layers"),
                config.heads("num_attention_heads", width.key(), width.value()),
                config.sized("intermediate_size"),
                config.sized("max_position_embeddings"),
                config.eps("layer_norm_eps", 1e-12),
                config.choice("hidden_act", Activation.GELU, Map.of("gelu", Activation.GELU)),
                new Dropout(config.dropout("hidden_dropout_prob", DROPOUT)),
                new Dropout(config.dropout("attention_probs_dropout_prob", DROPOUT)));
        config.requireNoProblem();
        return parts;
    }

    NDArray words() {
        return modules.array(prefix + "embeddings.word_embeddings.weight", vocabulary, width);
    }

    /**
     * @param offset row of the first position
     */
    Transformer transformer(int offset) {
        String name = prefix + "embeddings.";
        Size types = config.sized("type_vocab_size", new Size("type_vocab_size", 2));
        NDArray places = modules.array(name + "position_embeddings.weight", positions, width);
        NDArray type = modules.array(name + "token_type_embeddings.weight", types, width);
        TokenEmbeddings embeddings = new TokenEmbeddings(
                words(),
                Optional.empty(),
                Optional.of(new TokenEmbeddings.Positions(places, offset)),
                Optional.of(type),
                norm(name + "LayerNorm"),
                dropout);
        Factor scale = modules.factor(1 / Math.sqrt(width.value() / (double) heads));
        List<Layer> all = IntStream.range(0, layers)
                .mapToObj(i -> layer(i, prefix + "encoder.layer." + i + ".", scale))
                .toList();
        return new Transformer(embeddings, all, Norm.NONE);
    }

    private Layer layer(int index, String layer, Factor scale) {
        Attention attention = Attention.plain(
                new Projections.Separate(
                        modules.linear(layer + "attention.self.query", width, width, true),
                        modules.linear(layer + "attention.self.key", width, width, true),
                        modules.linear(layer + "attention.self.value", width, width, true)),
                modules.linear(layer + "attention.output.dense", width, width, true),
                new Attention.Options(index, heads, heads, scale, Window.ALL, 0, attentionDropout));
        FeedForward feedForward = new FeedForward(
                modules.linear(layer + "intermediate.dense", inner, width, true),
                modules.linear(layer + "output.dense", width, inner, true),
                activation);
        return new Layer(
                Residual.postNorm(
                        modules.sublayer(layer + "attention", attention),
                        norm(layer + "attention.output.LayerNorm"),
                        dropout),
                Residual.postNorm(
                        modules.sublayer(layer + "output", feedForward), norm(layer + "output.LayerNorm"), dropout));
    }

    Norm norm(String name) {
        return modules.layerNorm(name, width, eps);
    }

    /** A map, an activation and a norm before a language model's words. */
    Head.Transform transform(String map, String norm) {
        return Head.Transform.of(modules.dense(map, width, width, true), activation, norm(norm));
    }

    /** The map to the words, whose weight is mostly that of the embeddings. */
    Dense toWords(String own, String... biases) {
        NDArray weight = modules.has(own) ? modules.array(own, vocabulary, width) : words();
        String bias = List.of(biases).stream().filter(modules::has).findFirst().orElse(biases[0]);
        return new Dense(weight, modules.array(bias, vocabulary));
    }

    Dropout classifierDropout() {
        return config.has("classifier_dropout") ? new Dropout(config.dropout("classifier_dropout", DROPOUT)) : dropout;
    }

    /** A map to the classes that its rows tell. */
    Dense toClasses(String name) {
        return modules.dense(name, modules.rows(name + ".weight"), width, true);
    }

    Model model(Transformer transformer, Optional<Head> head, HeadKind kind, int longest) {
        Optional<Pooled> pooled = kind == HeadKind.SEQUENCE ? Optional.of(Pooled.FIRST) : Optional.empty();
        return new Model(transformer, head, pooled, vocabulary.value(), longest);
    }
}
