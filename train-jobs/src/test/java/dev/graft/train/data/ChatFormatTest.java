// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.corpus.Conversation;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Message;
import dev.graft.tokenize.ChatTemplate;
import dev.graft.tokenize.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which tokens of a conversation are the assistant's, with templates of published models and others that are odd. */
class ChatFormatTest {
    private static final Path CORE = Path.of("..", "pipeline-core", "src", "test", "resources");

    /** A template that says nothing of generation, ends its prompt otherwise than it renders, and drops what was thought. */
    private static final String ODD = "{% if messages[0]['role'] != 'system' %}<|sys|>Be kind.\n{% endif %}"
            + "{% for m in messages %}<|{{ m['role'] }}|>{{ (m['content'].split('</think>')[-1]) | trim }}"
            + "{% if m['role'] == 'assistant' %}<end>{% endif %}\n{% endfor %}"
            + "{% if add_generation_prompt %}<|assistant|><think>\n\n</think>{% endif %}";

    private static JsonNode golden() throws IOException {
        return new ObjectMapper().readTree(CORE.resolve("chat/templates.json").toFile());
    }

    static Stream<String> templates() throws IOException {
        List<String> names = new ArrayList<>();
        golden().get("templates").fieldNames().forEachRemaining(names::add);
        return names.stream();
    }

    @ParameterizedTest
    @MethodSource("templates")
    void theAnswersAreWhatTheAssistantSaidWhateverTheTemplate(String name) throws IOException {
        ChatTemplate template =
                new ChatTemplate(golden().get("templates").get(name).asText(), "<s>", "</s>");
        int found = 0;
        for (JsonNode each : golden().get("cases")) {
            List<Message> messages = new ArrayList<>();
            each.get("messages")
                    .forEach(turn -> messages.add(new Message(
                            turn.get("role").asText(), turn.get("content").asText())));
            List<String> said = messages.stream()
                    .filter(turn -> turn.role().equals("assistant"))
                    .map(Message::content)
                    .toList();
            if (!each.get("template").asText().equals(name)
                    || each.has("error")
                    || said.isEmpty()
                    || said.stream().anyMatch(String::isBlank)) {
                continue;
            }
            Turns turns = Turns.of(new Conversation("a", messages), template);
            assertThat(turns.text()).isEqualTo(template.render(messages, false));
            assertThat(turns.answers().stream()
                            .map(span -> turns.text().substring(span.start(), span.end()))
                            .map(String::strip))
                    .as("%s", messages)
                    .isEqualTo(said.stream().map(String::strip).toList());
            found++;
        }
        assertThat(found).isPositive();
    }

    @Test
    void whatATemplateDropsAddsOrPromptsDoesNotMatter() {
        ChatTemplate template = new ChatTemplate(ODD, "", "");
        Turns turns = Turns.of(
                conversation(
                        "user",
                        "Say Say. ",
                        "assistant",
                        "<think>hm Say</think>  Say. ",
                        "user",
                        "Say.",
                        "assistant",
                        "Say."),
                template);
        assertThat(turns.text()).startsWith("<|sys|>Be kind.\n<|user|>Say Say.");
        assertThat(turns.answers()).hasSize(2);
        assertThat(turns.answers()).allSatisfy(span -> {
            assertThat(turns.text().substring(0, span.start())).endsWith("<|assistant|>");
            assertThat(turns.text().substring(span.start(), span.end())).isEqualTo("Say.");
        });
    }

    @Test
    void anAnswerThatTheTemplateLeavesOutIsRefused() {
        ChatTemplate silent = new ChatTemplate(
                "{% for m in messages %}{% if m['role'] == 'user' %}{{ m['content'] }}{% endif %}{% endfor %}", "", "");
        assertThatThrownBy(() -> Turns.of(conversation("user", "a", "assistant", "b"), silent))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("turn 2", "chat template");
    }

    /** Ids of the tokens are in the tiny tokenizer; its only special token ends a text. */
    @Test
    void theEndOfATurnCarriesLossWhereItIsAToken() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.whole(Files.readString(CORE.resolve("tiny-gpt2/tokenizer.json")))) {
            long end = tokenizer.pieces("<|endoftext|>").ids()[0];
            assertThat(tokenizer.pieces("<|endoftext|>").ids()).hasSize(1);
            ChatFormat marked = new ChatFormat(
                    new ChatTemplate(
                            "{% for m in messages %}{{ m['role'] + ': ' + m['content'] }}"
                                    + "{% if m['role'] == 'assistant' %} {{ eos_token }}{% endif %}\n{% endfor %}",
                            "", "<|endoftext|>"),
                    tokenizer,
                    Set.of(end),
                    -1,
                    end);
            LabelledTokens sample = marked.sample(
                    conversation("user", "one two", "assistant", "three", "user", "four", "assistant", "five"));
            assertThat(learnt(sample, tokenizer)).isEqualTo(" three <|endoftext|> five <|endoftext|>");

            ChatFormat bare = new ChatFormat(
                    new ChatTemplate(
                            "{% for m in messages %}\n{{ m['role'] + ': ' + m['content'] }}{% endfor %}", "", ""),
                    tokenizer,
                    Set.of(end),
                    -1,
                    end);
            LabelledTokens ended = bare.sample(conversation("user", "one two", "assistant", "three"));
            assertThat(ended.ids()[ended.tokens() - 1]).isEqualTo(end);
            assertThat(learnt(ended, tokenizer)).isEqualTo(" three<|endoftext|>");
        }
    }

    @Test
    void aTextThatBeginsTwiceIsRefused() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.whole(Files.readString(CORE.resolve("tiny-gpt2/tokenizer.json")))) {
            long begin = tokenizer.pieces("<|endoftext|>").ids()[0];
            ChatFormat twice = new ChatFormat(
                    new ChatTemplate(
                            "{{ bos_token }}{% for m in messages %}{% if loop.first %}{{ bos_token }}{% endif %}{{ m['content'] }}{% endfor %}",
                            "<|endoftext|>", "<|endoftext|>"),
                    tokenizer,
                    Set.of(begin),
                    begin,
                    begin);
            assertThatThrownBy(() -> twice.sample(conversation("user", "one", "assistant", "two")))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("twice");
        }
    }

    @Test
    void whatTheTemplateRefusesIsSaidSo() {
        ChatTemplate strict = new ChatTemplate("{{ raise_exception('only users') }}", "", "");
        assertThatThrownBy(() -> Turns.of(conversation("user", "a", "assistant", "b"), strict))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("only users");
    }

    private static String learnt(LabelledTokens sample, Tokenizer tokenizer) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < sample.tokens(); i++) {
            if (sample.labels()[i] != LabelledTokens.NONE) {
                assertThat(sample.labels()[i]).isEqualTo(sample.ids()[i]);
                text.append(tokenizer.special((int) sample.ids()[i]));
            }
        }
        return text.toString();
    }

    static Conversation conversation(String... rolesAndContents) {
        List<Message> turns = new ArrayList<>();
        for (int i = 0; i < rolesAndContents.length; i += 2) {
            turns.add(new Message(rolesAndContents[i], rolesAndContents[i + 1]));
        }
        return new Conversation("a", turns);
    }
}
