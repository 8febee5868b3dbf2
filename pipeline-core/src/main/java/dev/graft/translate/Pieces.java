// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.tokenize.SentencePiece;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A SentencePiece model whose pieces have the ids that a {@code vocab.json} gives them, and not their own.
 *
 * @param unknown id of what has no other
 */
record Pieces(SentencePiece model, Map<String, Integer> ids, Map<Integer, String> words, int unknown) {
    private static final String UNKNOWN = "<unk>";
    private static final char SPACE = '\u2581';
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @throws CheckpointException if the vocabulary is none, or lacks the unknown piece
     */
    static Pieces read(SentencePiece model, Path vocabulary) {
        Map<String, Integer> ids = new HashMap<>();
        Map<Integer, String> words = new HashMap<>();
        json(vocabulary).properties().forEach(each -> {
            if (!each.getValue().isInt()) {
                throw new CheckpointException(
                        vocabulary + ": the id of \"" + each.getKey() + "\" is " + each.getValue() + ", no number");
            }
            ids.put(each.getKey(), each.getValue().asInt());
            words.put(each.getValue().asInt(), each.getKey());
        });
        if (!ids.containsKey(UNKNOWN)) {
            throw new CheckpointException(vocabulary + ": there is no " + UNKNOWN);
        }
        return new Pieces(model, ids, words, Objects.requireNonNull(ids.get(UNKNOWN)));
    }

    static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new CheckpointException(file + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file + ": " + e, e);
        }
    }

    /**
     * @throws CheckpointException if it is missing
     */
    static Path file(Path folder, String name) {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException(folder + ": there is no " + name);
        }
        return file;
    }

    int id(String piece) {
        return ids.getOrDefault(piece, unknown);
    }

    /** The text of those tokens that are words. */
    PairTokens.Target text(List<Integer> tokens, int... special) {
        List<String> pieces = tokens.stream()
                .filter(token -> token != unknown && Arrays.stream(special).noneMatch(each -> each == token))
                .map(words::get)
                .filter(Objects::nonNull)
                .toList();
        // What the model itself has no piece for keeps the mark of its space.
        String text = model.text(pieces).replace(SPACE, ' ').strip();
        return new PairTokens.Target(text, tokens.contains(unknown));
    }
}
