// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.generate.Hypothesis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
}
