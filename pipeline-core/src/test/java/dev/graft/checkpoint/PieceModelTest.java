// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.tokenize.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against SentencePiece's own library: src/test/python/pieces_golden.py. */
class PieceModelTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "pieces");
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(strings = {"llama", "gemma"})
    void idsAreThoseOfTheLibrary(String kind) throws IOException {
        try (Tokenizer tokenizer = Tokenizer.whole(FolderTokenizer.json(FOLDER.resolve(kind)))) {
            for (JsonNode each :
                    JSON.readTree(FOLDER.resolve(kind + "/golden.json").toFile())) {
                String text = each.get("text").asText();
                long[] expected = StreamSupport.stream(each.get("ids").spliterator(), false)
                        .mapToLong(JsonNode::asLong)
                        .toArray();
                assertThat(tokenizer.ids(text)).as(text).isEqualTo(expected);
            }
        }
    }

    @Test
    void tokensBesideTheModelAreKnown(@TempDir Path folder) throws IOException {
        Files.copy(FOLDER.resolve("llama/tokenizer.model"), folder.resolve("tokenizer.model"));
        int next =
                JSON.readTree(FolderTokenizer.json(folder)).at("/model/vocab").size();
        Path settings = folder.resolve("tokenizer_config.json");
        Files.writeString(
                settings,
                "{\"add_bos_token\": false, \"added_tokens_decoder\": {\"%d\": {\"content\":".formatted(next)
                        + " \"<|user|>\", \"special\": true}}}");
        try (Tokenizer tokenizer = Tokenizer.whole(FolderTokenizer.json(folder))) {
            assertThat(tokenizer.ids("<|user|>")).containsExactly(next);
        }
        Files.writeString(settings, "{\"added_tokens_decoder\": {\"5\": {\"content\": \"<|user|>\"}}}");
        assertThatThrownBy(() -> FolderTokenizer.json(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("added_tokens_decoder has \"<|user|>\" as 5");
        Files.writeString(folder.resolve("tokenizer.model"), "not one");
        assertThatThrownBy(() -> FolderTokenizer.json(folder)).isInstanceOf(CheckpointException.class);
        Files.delete(folder.resolve("tokenizer.model"));
        assertThatThrownBy(() -> FolderTokenizer.json(folder)).hasMessageContaining("a decoder's tokenizer.model");
    }
}
