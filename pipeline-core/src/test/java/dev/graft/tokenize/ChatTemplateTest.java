// SPDX-License-Identifier: Apache-2.0
package dev.graft.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.corpus.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Templates of published models on twenty conversations; the golden file says how it was made. */
class ChatTemplateTest {
    private static JsonNode golden() throws IOException {
        return new ObjectMapper()
                .readTree(Path.of("src/test/resources/chat/templates.json").toFile());
    }

    static Stream<String> templates() throws IOException {
        List<String> names = new ArrayList<>();
        golden().get("templates").fieldNames().forEachRemaining(names::add);
        return names.stream();
    }

    @ParameterizedTest
    @MethodSource("templates")
    void aConversationIsTheTextThatJinjaMakes(String name) throws IOException {
        JsonNode golden = golden();
        ChatTemplate template =
                new ChatTemplate(golden.get("templates").get(name).asText(), "<s>", "</s>");
        int compared = 0;
        for (JsonNode each : golden.get("cases")) {
            if (each.get("template").asText().equals(name)) {
                List<Message> messages = new ArrayList<>();
                each.get("messages")
                        .forEach(turn -> messages.add(new Message(
                                turn.get("role").asText(), turn.get("content").asText())));
                boolean answered = each.get("generate").asBoolean();
                if (each.has("error")) {
                    assertThatThrownBy(() -> template.render(messages, answered))
                            .isInstanceOf(CheckpointException.class)
                            .hasMessageContaining(each.get("error").asText());
                } else {
                    assertThat(template.render(messages, answered))
                            .as("%s", messages)
                            .isEqualTo(each.get("text").asText());
                }
                compared++;
            }
        }
        assertThat(compared).isEqualTo(40);
    }

    @Test
    void aTemplateThatIsNoneIsRefused() {
        assertThatThrownBy(() -> new ChatTemplate("{% for m in messages %}{{ m.content", "", "")
                        .render(List.of(new Message("user", "x")), true))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("can't be rendered");
    }
}
