// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.graft.checkpoint.ConfigKeys;
import dev.graft.checkpoint.Size;
import dev.graft.nn.Activation;
import dev.graft.nn.Attention;
import dev.graft.nn.CrossAttention;
import dev.graft.nn.Dropout;
import dev.graft.nn.Factor;
import dev.graft.nn.FeedForward;
import dev.graft.nn.Head;
import dev.graft.nn.Layer;
import dev.graft.nn.Linear;
import dev.graft.nn.Norm;
import dev.graft.nn.Projections;
import dev.graft.nn.Residual;
import dev.graft.nn.Sublayer;
import dev.graft.nn.TokenEmbeddings;
import dev.graft.nn.Transformer;
import dev.graft.nn.Window;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What the translators after BART share: the keys of their shape, and the names of their parameters.
 *
 * @param width {@code d_model}
 * @param preNorm whether a norm stands before each block, and not behind it
 * @param shared whether source and target words are the same
 */
record TranslatorKeys(
        ConfigKeys config,
        Modules modules,
        boolean preNorm,
        Size width,
        Size sources,
        Size targets,
        boolean shared,
        int positions,
        boolean scaled,
        Activation activation,
        Dropout dropout,
        Dropout attentionDropout) {
    static final double LONGEST_WAVE = 10_000;

    private static final double EPS = 1e-5;
    private static final Map<String, Activation> ACTIVATIONS = Map.of(
            "swish",
            Activation.SILU,
            "silu",
            Activation.SILU,
            "relu",
            Activation.RELU,
            "gelu",
            Activation.GELU,
            "gelu_new",
            Activation.GELU_TANH);

    /** What is asked of generation, or matters only to training from scratch. */
    private static final List<String> INERT = List.of(
            "init_std",
            "activation_dropout",
            "classif_dropout",
            "encoder_layerdrop",
            "decoder_layerdrop",
            "num_hidden_layers",
            "forced_eos_token_id",
            "forced_bos_token_id",
            "bad_words_ids",
            "early_stopping",
            "length_penalty",
            "max_position_embeddings");

    static TranslatorKeys read(ConfigKeys config, Modules modules, boolean preNorm) {
        INERT.forEach(config::has);
        Size sources = config.sized("vocab_size");
        boolean shared = config.flag("share_encoder_decoder_embeddings", true);
        TranslatorKeys keys = new TranslatorKeys(
                config,
                modules,
                preNorm,
                config.sized("d_model"),
                sources,
                config.sized("decoder_vocab_size", sources),
                shared,
                config.size("max_position_embeddings"),
                config.flag("scale_embedding", preNorm),
                config.choice("activation_function", Activation.RELU, ACTIVATIONS),
                new Dropout(config.dropout("dropout", 0.1)),
                new Dropout(config.dropout("attention_dropout", 0)));
        config.only("tie_word_embeddings", "true");
        if (keys.width.value() % 2 != 0) {
            config.refuse("d_model", "an even number");
        }
        if (shared && keys.targets.value() != sources.value()) {
            config.refuse("decoder_vocab_size", "vocab_size " + sources.value() + ", as the embeddings are shared");
        }
        return keys;
    }

    /** A stack's own keys. */
    private record Stack(String name, int layers, int heads, Size inner) {}

    private Stack stack(String side) {
        return new Stack(
                "model." + side,
                config.size(side + "_layers"),
                config.heads(side + "_attention_heads", "d_model", width.value()),
                config.sized(side + "_ffn_dim"));
    }

    Norm norm(String name) {
        return modules.layerNorm(name, width, EPS);
    }

    /**
     * Sines in the first half, cosines in the second.
     *
     * @param first the position of a text's first token
     * @param frequency of each of the H / 2 pairs
     */
    TokenEmbeddings.Positions sinusoids(int first, IntToDoubleFunction frequency) {
        config.requireNoProblem();
        int half = width.value() / 2;
        float[] values = new float[Math.multiplyExact(positions, 2 * half)];
        for (int position = 0; position < positions; position++) {
            for (int i = 0; i < half; i++) {
                double angle = (position + first) * frequency.applyAsDouble(i);
                values[position * 2 * half + i] = (float) Math.sin(angle);
                values[position * 2 * half + half + i] = (float) Math.cos(angle);
            }
        }
        return new TokenEmbeddings.Positions(modules.constants(values, new Shape(positions, 2L * half)), 0);
    }

    /**
     * @param bias name of the words' bias (1, V); empty where there is none
     * @param last the norm behind a stack, given its name
     */
    EncoderDecoder model(String bias, Function<String, Norm> last, TokenEmbeddings.Positions places) {
        Stack encoder = stack("encoder");
        Stack decoder = stack("decoder");
        config.requireNoProblem();
        String common = "model.shared";
        List<String> names = List.of("model.encoder.embed_tokens", "model.decoder.embed_tokens", "lm_head");
        NDArray sourceWords = modules.array((shared ? common : names.get(0)) + ".weight", sources, width);
        NDArray targetWords = shared ? sourceWords : modules.array(names.get(1) + ".weight", targets, width);
        modules.same(names.stream().map(name -> name + ".weight").toArray(String[]::new));
        Transformer reads = transformer(encoder, sourceWords, places, last, Window.ALL, false);
        Transformer writes = transformer(decoder, targetWords, places, last, Window.CAUSAL, true);
        Linear output = modules.output(
                "lm_head",
                targetWords,
                bias.isEmpty()
                        ? null
                        : modules.array(bias, new Size("1", 1), targets).reshape(targets.value()));
        Head head = new Head(Head.Transform.NONE, new Dropout(0), output, 0);
        return new EncoderDecoder(reads, writes, head, sources.value(), targets.value(), positions);
    }

    private Transformer transformer(
            Stack stack,
            NDArray words,
            TokenEmbeddings.Positions places,
            Function<String, Norm> last,
            Window window,
            boolean cross) {
        TokenEmbeddings embeddings = new TokenEmbeddings(
                words,
                scaled ? Optional.of(modules.factor(Math.sqrt(width.value()))) : Optional.empty(),
                Optional.of(places),
                Optional.empty(),
                Norm.NONE,
                dropout);
        Factor scale = modules.factor(1 / Math.sqrt(width.value() / (double) stack.heads));
        List<Layer> layers = IntStream.range(0, stack.layers)
                .mapToObj(i -> layer(i, stack, scale, window, cross))
                .toList();
        return new Transformer(embeddings, layers, last.apply(stack.name));
    }

    private Layer layer(int index, Stack stack, Factor scale, Window window, boolean cross) {
        String layer = stack.name + ".layers." + index + ".";
        String self = layer + "self_attn.";
        Attention attention = Attention.plain(
                new Projections.Separate(square(self + "q_proj"), square(self + "k_proj"), square(self + "v_proj")),
                square(self + "out_proj"),
                new Attention.Options(index, stack.heads, stack.heads, scale, window, 0, attentionDropout));
        FeedForward feedForward = new FeedForward(
                modules.linear(layer + "fc1", stack.inner, width, true),
                modules.linear(layer + "fc2", width, stack.inner, true),
                activation);
        String other = layer + "encoder_attn.";
        Optional<Residual> memory = cross
                ? Optional.of(residual(
                        layer + "encoder_attn",
                        layer + "encoder_attn_layer_norm",
                        new CrossAttention(
                                square(other + "q_proj"),
                                square(other + "k_proj"),
                                square(other + "v_proj"),
                                square(other + "out_proj"),
                                index,
                                stack.heads,
                                scale,
                                attentionDropout)))
                : Optional.empty();
        return new Layer(
                residual(layer + "self_attn", layer + "self_attn_layer_norm", attention),
                memory,
                residual(layer + "fc2", layer + "final_layer_norm", feedForward));
    }

    private Linear square(String name) {
        return modules.linear(name, width, width, true);
    }

    private Residual residual(String name, String norm, Sublayer inner) {
        Sublayer block = modules.sublayer(name, inner);
        return preNorm ? Residual.preNorm(norm(norm), block, dropout) : Residual.postNorm(block, norm(norm), dropout);
    }
}
