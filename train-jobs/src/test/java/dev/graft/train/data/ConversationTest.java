// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.corpus.Conversation;
import dev.graft.corpus.Conversation.Shape;
import dev.graft.corpus.Message;
import dev.graft.train.data.JsonLines.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows of the three shapes, and what is refused of them: with its line, given and allowed. */
class ConversationTest {
    private static final List<Message> ASKED = List.of(new Message("user", "Hi"), new Message("assistant", "Ho"));

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "MESSAGES; {\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}, {\"role\": \"assistant\", \"content\": \"Ho\"}]}",
                "ALPACA; {\"instruction\": \"Hi\", \"input\": \"\", \"output\": \"Ho\"}",
                "ALPACA; {\"instruction\": \"Hi\", \"input\": null, \"output\": \"Ho\", \"text\": 3}",
                "SHAREGPT; {\"conversations\": [{\"from\": \"human\", \"value\": \"Hi\"}, {\"from\": \"gpt\", \"value\": \"Ho\"}]}"
            })
    void readsEachShape(Shape shape, String row) throws IOException {
        List<Refused> refused = new ArrayList<>();
        List<Conversation> read = read(shape, row, refused);
        assertThat(refused).isEmpty();
        assertThat(read).containsExactly(new Conversation("rows.jsonl:1", ASKED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "MESSAGES; {\"messages\": []}; messages is an empty list; allowed is a list of { role, content }",
                "MESSAGES; {\"messages\": \"Hi\"}; messages is a text",
                "MESSAGES; {\"message\": []}; messages is missing",
                "MESSAGES; {\"messages\": [{\"role\": \"bot\", \"content\": \"x\"}]}; messages[0].role is \"bot\"",
                "MESSAGES; {\"messages\": [{\"role\": \"user\", \"content\": [1]}]}; messages[0].content is a list",
                "MESSAGES; {\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}; no turn is the assistant's",
                "MESSAGES; {\"messages\": [{\"role\": \"assistant\", \"content\": \" \"}]}; turn 1, the assistant's, is empty",
                "MESSAGES; {\"messages\": [{\"role\": \"user\", \"content\": \"x\"}, {\"role\": \"system\", \"content\": \"y\"}]}; turn 2 is the system's",
                "MESSAGES; {\"messages\": [], \"messages\": []}; Duplicate field",
                "MESSAGES; [1]; not a JSON object",
                "MESSAGES; {\"messages\": ; not a JSON object",
                "ALPACA; {\"instruction\": \"Hi\"}; output is missing",
                "ALPACA; {\"instruction\": 3, \"output\": \"x\"}; instruction is 3; allowed is a text",
                "SHAREGPT; {\"conversations\": [{\"from\": \"robot\", \"value\": \"x\"}]}; conversations[0].from is \"robot\""
            })
    void aRowThatIsNoneIsRefusedWithItsLine(Shape shape, String row, String reason) throws IOException {
        List<Refused> refused = new ArrayList<>();
        assertThat(read(shape, "\n" + row, refused)).isEmpty();
        assertThat(refused).singleElement().satisfies(each -> {
            assertThat(each.place()).isEqualTo("rows.jsonl:2");
            assertThat(each.reason()).contains(reason);
        });
    }

    @Test
    void anInputStandsBehindItsInstruction() throws IOException {
        assertThat(read(
                                Shape.ALPACA,
                                "{\"instruction\": \"Add\", \"input\": \"1 2\", \"output\": \"3\"}",
                                new ArrayList<>())
                        .get(0)
                        .turns()
                        .get(0))
                .isEqualTo(new Message("user", "Add\n\n1 2"));
    }

    private List<Conversation> read(Shape shape, String row, List<Refused> refused) throws IOException {
        Path file = Files.writeString(folder.resolve("rows.jsonl"), row);
        return JsonLines.read(file, 100, (json, place) -> Conversation.of(place, json, shape, "messages"), refused);
    }
}
