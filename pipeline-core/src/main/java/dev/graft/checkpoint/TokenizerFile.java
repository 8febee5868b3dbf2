// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/** What can be told of a {@code tokenizer.json} before the tokenizer is made. */
final class TokenizerFile {
    private static final Set<String> KINDS = Set.of("WordPiece", "BPE", "WordLevel", "Unigram");
    private static final Set<String> MASKS = Set.of("[MASK]", "<mask>");
    private static final ObjectMapper JSON = new ObjectMapper();

    private TokenizerFile() {}

    /**
     * Requires that each token has an embedding.
     *
     * @param content of the file
     * @param place the file, for the error
     * @param embeddings rows of the word embeddings
     * @throws CheckpointException if the file is cut off or of an unknown kind, or a token has no embedding
     */
    static void requireFits(String content, String place, long embeddings) {
        JsonNode json = json(content, place);
        JsonNode model = json.path("model");
        if (!model.isObject()
                || model.has("type") && !KINDS.contains(model.get("type").asText())) {
            throw new CheckpointException(place + ": model.type is " + model.path("type") + "; allowed are " + KINDS);
        }
        JsonNode vocabulary = model.path("vocab");
        if (!vocabulary.isContainerNode() || vocabulary.isEmpty()) {
            throw new CheckpointException(
                    place + ": model.vocab is missing or empty; allowed are tokens with their ids");
        }
        if (vocabulary.isArray() && vocabulary.size() > embeddings) {
            throw tooLarge(place, vocabulary.path((int) embeddings).path(0).asText(), embeddings, embeddings);
        }
        for (Iterator<Map.Entry<String, JsonNode>> it = vocabulary.fields(); it.hasNext(); ) {
            Map.Entry<String, JsonNode> token = it.next();
            require(token.getValue(), token.getKey(), place, embeddings);
        }
        for (JsonNode token : json.path("added_tokens")) {
            require(token.path("id"), token.path("content").asText(), place, embeddings);
        }
    }

    /**
     * The id of the token that hides one.
     *
     * @throws CheckpointException if there is none
     */
    static long mask(String content, String place) {
        for (JsonNode token : json(content, place).path("added_tokens")) {
            if (MASKS.contains(token.path("content").asText())) {
                return token.path("id").asLong();
            }
        }
        throw new CheckpointException(place + ": the tokenizer has no [MASK] and no <mask>, by which words are hidden");
    }

    private static JsonNode json(String content, String place) {
        try {
            return JSON.readTree(content);
        } catch (JsonProcessingException e) {
            throw new CheckpointException(place + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static void require(JsonNode id, String token, String place, long embeddings) {
        if (!id.isIntegralNumber() || id.asLong() < 0) {
            throw new CheckpointException(
                    place + ": the id of \"" + token + "\" is " + id + "; allowed is a whole number from 0");
        }
        if (id.asLong() >= embeddings) {
            throw tooLarge(place, token, id.asLong(), embeddings);
        }
    }

    private static CheckpointException tooLarge(String place, String token, long id, long embeddings) {
        return new CheckpointException(place + ": the vocabulary is larger than the model's: \"" + token
                + "\" has the id "
                + id + ", but there are embeddings for " + embeddings + " tokens (vocab_size); save the model with the"
                + " tokenizer's tokens added (resize_token_embeddings), or take them out of the tokenizer");
    }
}
