// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import dev.graft.checkpoint.ConfigKeys;
import dev.graft.checkpoint.Size;
import dev.graft.nn.Activation;
import dev.graft.nn.Attention;
import dev.graft.nn.Dropout;
import dev.graft.nn.Factor;
import dev.graft.nn.GatedFeedForward;
import dev.graft.nn.Head;
import dev.graft.nn.Layer;
import dev.graft.nn.Linear;
import dev.graft.nn.Norm;
import dev.graft.nn.Projections;
import dev.graft.nn.Residual;
import dev.graft.nn.Rotary;
import dev.graft.nn.Sublayer;
import dev.graft.nn.TokenEmbeddings;
import dev.graft.nn.Transformer;
import dev.graft.nn.Window;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What the decoders after Llama share: the keys of their shape, and the names of their parameters.
 *
 * @param width {@code hidden_size}
 * @param headSize width of a head
 * @param queries width of all queries
 * @param keyValues width of all keys
 * @param tied whether the head's weight is the embeddings'; without the key it is where the file has no other
 */
record DecoderKeys(
        ConfigKeys config,
        Modules modules,
        Size vocabulary,
        Size width,
        int layers,
        int heads,
        int groups,
        Size headSize,
        Size queries,
        Size keyValues,
        Size inner,
        int positions,
        double eps,
        boolean plusOne,
        Dropout attentionDropout,
        boolean tied,
        String prefix) {
    /** Checks the shape before any tensor is asked for. */
    static DecoderKeys read(ConfigKeys config, Modules modules, boolean plusOne) {
        Size width = config.sized("hidden_size");
        int heads = config.size("num_attention_heads");
        int groups = config.size("num_key_value_heads", heads);
        if (heads % groups != 0) {
            config.refuse("num_key_value_heads", "a number that divides num_attention_heads " + heads);
        }
        if (!config.has("head_dim")) {
            config.heads("num_attention_heads", width.key(), width.value());
        }
        Size headSize = config.sized(
                "head_dim", new Size("hidden_size / num_attention_heads", Math.max(1, width.value() / heads)));
        DecoderKeys keys = new DecoderKeys(
                config,
                modules,
                config.sized("vocab_size"),
                width,
                config.size("num_hidden_layers"),
                heads,
                groups,
                headSize,
                new Size("num_attention_heads " + headSize.key(), heads * headSize.value()),
                new Size("num_key_value_heads " + headSize.key(), groups * headSize.value()),
                config.sized("intermediate_size"),
                config.size("max_position_embeddings"),
                config.eps("rms_norm_eps", 1e-6),
                plusOne,
                new Dropout(config.dropout("attention_dropout", 0)),
                config.flag("tie_word_embeddings", !modules.has("lm_head.weight")),
                modules.prefix("model."));
        config.requireNoProblem();
        return keys;
    }

    String layer(int layer) {
        return prefix + "layers." + layer + ".";
    }

    Norm norm(String name) {
        return norm(name, width);
    }

    Norm norm(String name, Size size) {
        return modules.rmsNorm(name, size, eps, plusOne);
    }

    /** The options of a layer's attention, without a cap. */
    Attention.Options options(int layer, Factor scale, Window window, double softCap) {
        return new Attention.Options(layer, heads, groups, scale, window, softCap, attentionDropout);
    }

    /** 1 / sqrt(D). */
    Factor scale() {
        return modules.factor(1 / Math.sqrt(headSize.value()));
    }

    /** Attention whose queries, keys and values have a map each. */
    Attention attention(
            int layer,
            Attention.Options options,
            Optional<Rotary> rotary,
            boolean bias,
            boolean outputBias,
            boolean norms) {
        String name = layer(layer) + "self_attn.";
        return new Attention(
                new Projections.Separate(
                        modules.linear(name + "q_proj", queries, width, bias),
                        modules.linear(name + "k_proj", keyValues, width, bias),
                        modules.linear(name + "v_proj", keyValues, width, bias)),
                modules.linear(name + "o_proj", width, queries, outputBias),
                options,
                norms ? norm(name + "q_norm", headSize) : Norm.NONE,
                norms ? norm(name + "k_norm", headSize) : Norm.NONE,
                rotary);
    }

    /** A gated feed-forward block whose gate and input have a map each. */
    GatedFeedForward gated(int layer, Activation activation, boolean bias) {
        String name = layer(layer) + "mlp.";
        return new GatedFeedForward(
                new GatedFeedForward.Separate(
                        modules.linear(name + "gate_proj", inner, width, bias),
                        modules.linear(name + "up_proj", inner, width, bias)),
                modules.linear(name + "down_proj", width, inner, bias),
                activation,
                new Dropout(0));
    }

    /** A layer whose two blocks have a norm before each, by Llama's names. */
    Layer preNorm(int layer, Sublayer attention, Sublayer feedForward, Dropout dropout) {
        String name = layer(layer);
        return new Layer(
                Residual.preNorm(
                        norm(name + "input_layernorm"), modules.sublayer(name + "self_attn", attention), dropout),
                Residual.preNorm(
                        norm(name + "post_attention_layernorm"), modules.sublayer(name + "mlp", feedForward), dropout));
    }

    /** Words, layers, a last norm and the head. */
    Model model(HeadKind kind, Optional<Factor> scale, double softCap, IntFunction<Layer> layer) {
        var words = modules.array(prefix + "embed_tokens.weight", vocabulary, width);
        TokenEmbeddings embeddings = new TokenEmbeddings(
                words,
                scale,
                Optional.empty(),
                Optional.empty(),
                Norm.NONE,
                new Dropout(config.dropout("embd_pdrop", 0)));
        List<Layer> all = IntStream.range(0, layers).mapToObj(layer).toList();
        Transformer transformer = new Transformer(embeddings, all, norm(prefix + "norm"));
        String output = tied ? prefix + "embed_tokens" : "lm_head";
        return switch (kind) {
            case NONE -> new Model(transformer, Optional.empty(), Optional.empty(), vocabulary.value(), positions);
            case CAUSAL_LM -> {
                Linear last =
                        tied ? modules.output(output, words, null) : modules.linear(output, vocabulary, width, false);
                Head head = new Head(Head.Transform.NONE, new Dropout(0), last, softCap);
                yield new Model(transformer, Optional.of(head), Optional.empty(), vocabulary.value(), positions);
            }
            case SEQUENCE -> {
                Head head = Head.of(modules.dense("score", modules.rows("score.weight"), width, false));
                yield new Model(
                        transformer, Optional.of(head), Optional.of(Pooled.LAST), vocabulary.value(), positions);
            }
            case TOKENS -> {
                Head head = new Head(
                        Head.Transform.NONE,
                        new Dropout(config.dropout("classifier_dropout", 0.1)),
                        modules.dense("score", modules.rows("score.weight"), width, true),
                        0);
                yield new Model(transformer, Optional.of(head), Optional.empty(), vocabulary.value(), positions);
            }
            case MASKED_LM -> throw new IllegalStateException("a decoder has no " + kind);
        };
    }
}
