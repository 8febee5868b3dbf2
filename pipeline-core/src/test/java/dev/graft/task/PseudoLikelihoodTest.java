// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.task.MaskedLm.Blank;
import dev.graft.task.PseudoLikelihood.Placed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small models against what transformers computed with them: src/test/python/pseudo_likelihoods.py. */
class PseudoLikelihoodTest {
    private static final Path RESOURCES = Path.of("src", "test", "resources");
    private static final Path GOLDEN = RESOURCES.resolve("pseudo-likelihood");
    private static final Path BERT = RESOURCES.resolve("tiny-bert");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny-bert",
                "bert-masked-lm",
                "distilbert-masked-lm",
                "modernbert-masked-lm",
                "roberta-masked-lm",
                "xlm-roberta-masked-lm"
            })
    void agreesWithTransformersAloneAndInABatch(String name, @TempDir Path folder) throws IOException {
        List<JsonNode> rows = StreamSupport.stream(
                        new ObjectMapper()
                                .readTree(GOLDEN.resolve("golden.json").toFile())
                                .spliterator(),
                        false)
                .filter(row -> row.get("model").asText().equals(name))
                .toList();
        assertThat(rows).hasSize(6);
        List<Placed> placed = rows.stream().map(PseudoLikelihoodTest::placed).toList();
        try (PseudoLikelihood model = new PseudoLikelihood(folder(name, folder), OptionalInt.empty())) {
            double[] together = model.likelihoods(placed);
            for (int i = 0; i < together.length; i++) {
                double expected = rows.get(i).get("likelihood").asDouble();
                assertThat(together[i]).as(placed.get(i).text()).isCloseTo(expected, within(2e-4));
                assertThat(model.likelihoods(placed.subList(i, i + 1))[0])
                        .as(placed.get(i).text())
                        .isCloseTo(expected, within(2e-4));
            }
        }
    }

    private static Placed placed(JsonNode row) {
        List<Blank> words = new ArrayList<>();
        row.get("words")
                .forEach(word ->
                        words.add(new Blank(word.get(0).asInt(), word.get(1).asInt())));
        return new Placed(row.get("text").asText(), words);
    }

    /** Those of architectures have no tokenizer. */
    private static Path folder(String name, Path to) throws IOException {
        if (name.equals("tiny-bert")) {
            return BERT;
        }
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(RESOURCES.resolve("architectures").resolve(name).resolve(file), to.resolve(file));
        }
        Files.copy(GOLDEN.resolve("tokenizer.json"), to.resolve("tokenizer.json"));
        return to;
    }

    @Test
    void whatFitsIsLikelier() {
        try (PseudoLikelihood model = new PseudoLikelihood(BERT, OptionalInt.empty())) {
            double[] given = model.likelihoods(List.of(
                    new Placed("The children played outside.", List.of(new Blank(4, 12))),
                    new Placed("The soup played outside.", List.of(new Blank(4, 8))),
                    new Placed("The children played outside.", List.of()),
                    new Placed("", List.of(new Blank(0, 0)))));
            assertThat(given[0]).isGreaterThan(given[1] + 2).isNegative();
            assertThat(given[2]).isZero();
            assertThat(given[3]).isZero();
        }
    }

    @Test
    void saysWhatAFolderLacks(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> new PseudoLikelihood(RESOURCES.resolve("tiny-gpt2"), OptionalInt.empty()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("no [MASK] and no <mask>");
        Path bert = folder("bert-masked-lm", folder);
        Path json = bert.resolve("tokenizer.json");
        Files.writeString(
                json, Files.readString(json).replaceFirst("\"post_processor\":\\{[^}]*\\}", "\"post_processor\":null"));
        assertThatThrownBy(() -> new PseudoLikelihood(bert, OptionalInt.empty()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(folder.toString(), "puts 0 tokens around a text");
    }
}
