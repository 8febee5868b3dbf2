// SPDX-License-Identifier: Apache-2.0
package dev.graft.tokenize;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.CheckpointException;

/**
 * The vocabulary of a word-piece tokenizer (Devlin et al. 2019, section 3).
 *
 * @param first id of the token before a text, {@code [CLS]}
 * @param last id of the token after it, {@code [SEP]}
 * @param mask id of {@code [MASK]}
 * @param words by id; empty for what is no whole word of letters
 */
public record WordPieces(long first, long last, long mask, String[] words) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @param json content of {@code tokenizer.json}
     * @param place what it belongs to, for messages
     */
    public static WordPieces read(String json, String place) {
        JsonNode vocabulary;
        try {
            vocabulary = JSON.readTree(json).path("model").path("vocab");
        } catch (JsonProcessingException e) {
            throw new CheckpointException(place + ": tokenizer.json is not JSON: " + e.getOriginalMessage(), e);
        }
        for (String special : new String[] {"[CLS]", "[SEP]", "[MASK]"}) {
            if (!vocabulary.path(special).isInt()) {
                throw new CheckpointException(place + ": tokenizer.json has no " + special
                        + "; allowed is the word-piece tokenizer of a BERT model");
            }
        }
        int most = 0;
        for (JsonNode id : vocabulary) {
            most = Math.max(most, id.asInt());
        }
        String[] words = new String[most + 1];
        java.util.Arrays.fill(words, "");
        vocabulary.fields().forEachRemaining(entry -> {
            if (entry.getKey().codePoints().allMatch(Character::isLetter)) {
                words[entry.getValue().asInt()] = entry.getKey();
            }
        });
        return new WordPieces(
                vocabulary.get("[CLS]").asLong(),
                vocabulary.get("[SEP]").asLong(),
                vocabulary.get("[MASK]").asLong(),
                words);
    }
}
