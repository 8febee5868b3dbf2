// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;

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

    public EncoderConfig {
        if (numAttentionHeads < 1 || hiddenSize % numAttentionHeads != 0) {
            throw new IllegalArgumentException(
                    "hidden_size " + hiddenSize + " is not divisible by num_attention_heads " + numAttentionHeads);
        }
    }

    static EncoderConfig of(JsonNode json, String file) {
        String type = json.path("model_type").asText("bert");
        String activation = json.path("hidden_act").asText("gelu");
        if (!type.equals("bert") || !activation.equals("gelu")) {
            throw new CheckpointException(
                    file + ": model_type " + type + " with hidden_act " + activation + "; allowed is bert with gelu");
        }
        return new EncoderConfig(
                required(json, "vocab_size", file),
                required(json, "hidden_size", file),
                required(json, "num_hidden_layers", file),
                required(json, "num_attention_heads", file),
                required(json, "intermediate_size", file),
                required(json, "max_position_embeddings", file),
                json.path("layer_norm_eps").asDouble(1e-12),
                json.path("hidden_dropout_prob").asDouble(BERT_DROPOUT),
                json.path("attention_probs_dropout_prob").asDouble(BERT_DROPOUT));
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

    private static int required(JsonNode json, String key, String file) {
        if (!json.path(key).isInt()) {
            throw new CheckpointException(file + ": " + key + " is missing or no whole number");
        }
        return json.get(key).asInt();
    }
}
