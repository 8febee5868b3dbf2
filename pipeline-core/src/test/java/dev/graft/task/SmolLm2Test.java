// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.chat.Chat.Answer.Said;
import dev.graft.chat.Chat.Question;
import dev.graft.chat.LocalChat;
import dev.graft.chat.Sampling;
import dev.graft.corpus.Message;
import dev.graft.generate.Hypothesis;
import dev.graft.generate.Pick;
import dev.graft.generate.Pick.Sampled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * SmolLM2-135M-Instruct, wherever its GGUF file is found ({@code -Dgraft.smollm2=FOLDER}, or {@code shared/models} beside the
 * project), against what transformers computes with the same file: src/test/python/gguf_golden.py.
 */
@EnabledIf(value = "found", disabledReason = "SmolLM2-135M-Instruct.Q4_1.gguf is not here")
class SmolLm2Test {
    private static final Path FOLDER = Path.of(System.getProperty("graft.smollm2", "../../shared/models/smollm2"));
    private static CausalLm model;
    private static JsonNode golden;

    static boolean found() {
        return Files.isRegularFile(FOLDER.resolve("SmolLM2-135M-Instruct.Q4_1.gguf"));
    }

    @BeforeAll
    static void read() throws IOException {
        model = new CausalLm(FOLDER);
        golden = new ObjectMapper()
                .readTree(Path.of("src/test/resources/gguf/smollm2.json").toFile());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static List<String> texts(JsonNode cases) {
        List<String> texts = new ArrayList<>();
        cases.forEach(each -> texts.add(each.get("text").asText()));
        return texts;
    }

    private static List<Integer> integers(JsonNode numbers) {
        List<Integer> integers = new ArrayList<>();
        numbers.forEach(each -> integers.add(each.asInt()));
        return integers;
    }

    @Test
    void tokenIdsAreTransformers() {
        assertThat(golden.get("tokens")).hasSize(200);
        for (JsonNode each : golden.get("tokens")) {
            List<Integer> ids = new ArrayList<>();
            for (long id : model.tokenizer().ids(each.get("text").asText())) {
                ids.add((int) id);
            }
            assertThat(ids).as("\"%s\"", each.get("text").asText()).isEqualTo(integers(each.get("ids")));
        }
    }

    @Test
    void logitsAreWithinAThousandthOfTransformers() {
        float[][] logits = model.next(texts(golden.get("prompts")));
        double most = 0;
        for (int i = 0; i < logits.length; i++) {
            JsonNode expected = golden.get("prompts").get(i);
            for (int j = 0; j < expected.get("at").size(); j++) {
                float given = logits[i][expected.get("at").get(j).asInt()];
                most = Math.max(
                        most, Math.abs(given - expected.get("logits").get(j).asDouble()));
            }
        }
        assertThat(logits).hasNumberOfRows(20);
        assertThat(most).isLessThan(1e-3);
    }

    @Test
    void greedyAnswersAreTokenIdentical() {
        List<Hypothesis> answers = model.answers(texts(golden.get("answers")), 60);
        for (int i = 0; i < answers.size(); i++) {
            List<Integer> expected = integers(golden.get("answers").get(i).get("ids"));
            if (!answers.get(i).truncated()) {
                assertThat(expected.remove(expected.size() - 1)).isEqualTo(2); // the end, which we leave out
            }
            assertThat(answers.get(i).tokens()).isEqualTo(expected);
        }
        assertThat(model.text(answers.get(0))).isEqualTo("The capital of France is Paris.");
    }

    private static List<Message> asked(String question) {
        return List.of(new Message("user", question));
    }

    @Test
    void aConversationIsAnsweredAndToldAsItIsWritten() {
        List<String> told = new ArrayList<>();
        Hypothesis answer = model.answer(asked("What is the capital of France?"), 30, Pick.LIKELIEST, told::add);
        assertThat(model.text(answer)).isEqualTo("The capital of France is Paris.");
        assertThat(told.get(0)).isEqualTo("The");
        assertThat(told.get(told.size() - 1)).isEqualTo(model.text(answer));
    }

    @Test
    void whatIsSampledHangsOnItsSeedAloneAndNotOnTheBatch() {
        List<List<Message>> asked = List.of(
                asked("Say hello."),
                asked("Name a colour."),
                asked("Write a line about the sea, please, in a few words."));
        List<Pick> picks = LongStream.of(1, 2, 3)
                .mapToObj(seed -> (Pick) new Sampled(0.8, 40, 0.95, 1.1, seed))
                .toList();
        List<Hypothesis> together = model.answers(asked, 16, picks);
        for (int i = 0; i < asked.size(); i++) {
            assertThat(model.answer(asked.get(i), 16, picks.get(i), text -> {})).isEqualTo(together.get(i));
        }
        assertThat(model.answer(asked.get(2), 16, new Sampled(0.8, 40, 0.95, 1.1, 9), text -> {}))
                .isNotEqualTo(together.get(2));
    }

    @Test
    void anotherWordingIsAskedForThroughTheChat() {
        LocalChat chat = new LocalChat(model, new Sampling(0, 1, 24));
        assertThat(chat.answers(List.of(
                        new Question("What is the capital of France?", 1), new Question("word ".repeat(9000), 2))))
                .satisfiesExactly(
                        said -> assertThat(said).isEqualTo(new Said("The capital of France is Paris.", true)),
                        none -> assertThat(none.toString()).contains("make it shorter"));
    }
}
