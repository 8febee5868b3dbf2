// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shape of a BERT-family encoder: the keys of {@code config.json} that matter.
 *
 * @param vocabSize rows of the word embedding
 * @param hiddenSize width of a hidden state
 * @param numHiddenLayers layers
 * @param numAttentionHeads heads; they divide {@code hiddenSize}
 * @param intermediateSize width of the feed-forward block
 * @param maxPositionEmbeddings longest input, in tokens
 * @param layerNormEps epsilon of every LayerNorm
 * @param hiddenDropoutProb dropout after the embeddings, after each block and before a head
 * @param attentionProbsDropoutProb dropout of the attention weights
 */
public record EncoderConfig(
        int vocabSize,
        int hiddenSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int intermediateSize,
        int maxPositionEmbeddings,
        double layerNormEps,
        double hiddenDropoutProb,
        double attentionProbsDropoutProb) {
    private static final double BERT_DROPOUT = 0.1;
    private static final Pattern LAYER = Pattern.compile("encoder\\.layer\\.(\\d+)\\..*");

    /** Buffers that old checkpoints hold and that are computed. */
    private static final Set<String> BUFFERS = Set.of("embeddings.position_ids", "embeddings.token_type_ids");

    public EncoderConfig {
        if (numAttentionHeads < 1 || hiddenSize % numAttentionHeads != 0) {
            throw new IllegalArgumentException(
                    "hidden_size " + hiddenSize + " is not divisible by num_attention_heads " + numAttentionHeads);
        }
    }

    /**
     * @throws CheckpointException that names each key which is missing, makes no sense, or would compute something else
     */
    public static EncoderConfig of(JsonNode json, String file) {
        ConfigKeys keys = new ConfigKeys(json, file);
        keys.only("model_type", "bert");
        keys.requireNoProblem(); // another family has other keys
        keys.only("hidden_act", "gelu");
        keys.only("position_embedding_type", "absolute");
        keys.off("is_decoder", "add_cross_attention", "pruned_heads", "quantization_config");
        int hidden = keys.size("hidden_size");
        int vocabulary = keys.size("vocab_size");
        int layers = keys.size("num_hidden_layers");
        int heads = keys.heads("num_attention_heads", "hidden_size", hidden);
        int intermediate = keys.size("intermediate_size");
        int positions = keys.size("max_position_embeddings");
        double eps = keys.eps("layer_norm_eps", 1e-12);
        double dropout = keys.dropout("hidden_dropout_prob", BERT_DROPOUT);
        double attentionDropout = keys.dropout("attention_probs_dropout_prob", BERT_DROPOUT);
        keys.requireNoProblem();
        return new EncoderConfig(
                vocabulary, hidden, layers, heads, intermediate, positions, eps, dropout, attentionDropout);
    }

    /**
     * Requires the tensors that the encoder has, in their shapes, and no other ones.
     *
     * @param file the {@code config.json}, for the error
     * @throws CheckpointException that names the key which does not fit, or a tensor that means something unknown
     */
    void requireFits(Weights weights, String file) {
        Set<String> known = new HashSet<>(BUFFERS);
        Check check = (name, sizes, shape) -> {
            weights.require(name, file, sizes, shape);
            known.add(name);
        };
        String width = "hidden_size";
        check.matrix("embeddings.word_embeddings.weight", "vocab_size", vocabSize, width, hiddenSize);
        check.matrix(
                "embeddings.position_embeddings.weight",
                "max_position_embeddings",
                maxPositionEmbeddings,
                width,
                hiddenSize);
        long[] types = weights.tensor("embeddings.token_type_embeddings.weight").shape();
        check.matrix(
                "embeddings.token_type_embeddings.weight",
                "type_vocab_size",
                types.length > 0 ? types[0] : 1,
                width,
                hiddenSize);
        check.vectors("embeddings.LayerNorm", width, hiddenSize);
        for (int i = 0; i < numHiddenLayers; i++) {
            String layer = "encoder.layer." + i + ".";
            for (String map : List.of("self.query", "self.key", "self.value", "output.dense")) {
                check.linear(layer + "attention." + map, width, hiddenSize, width, hiddenSize);
            }
            check.linear(layer + "intermediate.dense", "intermediate_size", intermediateSize, width, hiddenSize);
            check.linear(layer + "output.dense", width, hiddenSize, "intermediate_size", intermediateSize);
            check.vectors(layer + "attention.output.LayerNorm", width, hiddenSize);
            check.vectors(layer + "output.LayerNorm", width, hiddenSize);
        }
        for (String name : weights.names()) {
            if ((name.startsWith("embeddings.") || name.startsWith("encoder.")) && !known.contains(name)) {
                Matcher layer = LAYER.matcher(name);
                throw new CheckpointException(
                        layer.matches() && Long.parseLong(layer.group(1)) >= numHiddenLayers
                                ? file + ": num_hidden_layers is " + numHiddenLayers + ", but the weights have " + name
                                : file + ": the weights have " + name + ", which a BERT encoder does not");
            }
        }
    }

    /** Requires a tensor of named sizes. */
    private interface Check {
        void require(String name, List<String> sizes, long... shape);

        default void matrix(String name, String rows, long r, String columns, long c) {
            require(name, List.of(rows, columns), r, c);
        }

        default void linear(String name, String out, long o, String in, long i) {
            matrix(name + ".weight", out, o, in, i);
            require(name + ".bias", List.of(out), o);
        }

        default void vectors(String name, String size, long s) {
            require(name + ".weight", List.of(size), s);
            require(name + ".bias", List.of(size), s);
        }
    }

    /** The shape that the tensors have; the head count, which no tensor shows, is given. */
    static EncoderConfig of(Weights weights, int numAttentionHeads) {
        long[] words = weights.tensor("embeddings.word_embeddings.weight").shape();
        long[] positions =
                weights.tensor("embeddings.position_embeddings.weight").shape();
        long[] intermediate =
                weights.tensor("encoder.layer.0.intermediate.dense.weight").shape();
        long layers = weights.names().stream()
                .filter(name -> name.matches("encoder\\.layer\\.\\d+\\.output\\.dense\\.weight"))
                .count();
        return new EncoderConfig(
                (int) words[0],
                (int) words[1],
                (int) layers,
                numAttentionHeads,
                (int) intermediate[0],
                (int) positions[0],
                1e-12,
                BERT_DROPOUT,
                BERT_DROPOUT);
    }
}
