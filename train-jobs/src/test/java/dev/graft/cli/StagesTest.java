// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.config.Settings;
import dev.graft.corpus.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recipe from its first stage to its last: texts, copies, words, classes, each on what those before it left. */
class StagesTest {
    private static final Path BERT = Path.of("..", "pipeline-core", "src", "test", "resources", "tiny-bert");

    @TempDir
    private Path folder;

    private RecipeRun recipe(String... overrides) throws IOException {
        return Settings.read(folder.resolve("stages.conf"), List.of(overrides), RecipeRun::read);
    }

    private JsonNode metrics(String stage) throws IOException {
        return new ObjectMapper()
                .readTree(folder.resolve("run")
                        .resolve(stage)
                        .resolve("metrics.json")
                        .toFile());
    }

    @Test
    void eachStageTakesWhatTheOnesBeforeItLeft() throws IOException {
        List<String> rows = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            String name = i % 2 == 0 ? "lamp" : "shop";
            String text = "please look at the " + name + " number " + i;
            rows.add(
                    "{\"id\": \"r%d\", \"text\": \"%s\", \"label\": \"%s\", \"spans\": [{\"start\": 19, \"end\": 23, \"label\": \"%s\"}]}"
                            .formatted(i, text, i % 2 == 0 ? "a" : "b", name));
            texts.add(text);
        }
        Files.write(folder.resolve("rows.jsonl"), rows);
        Files.write(folder.resolve("raw-1.txt"), texts.subList(0, 12));
        Files.write(folder.resolve("raw-2.txt"), texts.subList(12, 24));
        Files.writeString(folder.resolve("stages.conf"), """
                name = stages, out = "%1$s/run", model = "%2$s"
                corpus { train = "%1$s/rows.jsonl", id = id, label = label, spans = spans, shares { test = 0.3 } }
                stages = [
                  { name = domain, kind = train, data { text = "%1$s/raw-*.txt" }, objective { kind = masked-lm, rate = 0.3 }
                    method { kind = lora, r = 2 }, max-steps = 3, batch-size = 4, max-length = 24 }
                  { name = grow, kind = augment, operators = [{ operator = keyboard-typos, alpha = 0.3 }]
                    filters { similarity { min = -1 } } }
                  { name = words, kind = train, from = domain, data = grow, objective { kind = token-classification }
                    epochs = 12, learning-rate = 0.02, batch-size = 4, max-length = 24 }
                  { name = tune, kind = train, from = domain, data = grow, max-steps = 2, batch-size = 4, max-length = 24 }
                ]
                compare { stage = words, seeds = [1, 2], tests = [test, { test-with = keyboard-typos, alpha = 0.3 }] }
                """.formatted(folder, BERT.toAbsolutePath()));

        recipe().run(false, "");

        assertThat(folder.resolve("run/domain/merged/config.json")).exists();
        assertThat(metrics("domain").at("/exported/rows").asInt()).isBetween(8, 23);
        JsonNode words = metrics("words");
        assertThat(words.at("/results")).hasSize(6);
        JsonNode originals = words.at("/results/0");
        JsonNode augmented = words.at("/exported");
        assertThat(augmented.at("/rows").asInt())
                .isGreaterThan(originals.at("/rows").asInt());
        assertThat(words.at("/results/1/losses"))
                .hasSize(augmented.at("/losses").size());
        for (String part : List.of("test", "noisy")) {
            assertThat(augmented.at("/after/" + part + "/loss").asDouble())
                    .as(part)
                    .isLessThan(augmented.at("/before/" + part + "/loss").asDouble());
        }
        assertThat(augmented.at("/after/noisy/loss")).isNotEqualTo(augmented.at("/after/test/loss"));
        assertThat(folder.resolve("run/tune/adapter/adapter_model.safetensors")).exists();
        assertThat(folder.resolve("run/words/_staging")).doesNotExist();

        recipe().run(false, "");
        assertThat(metrics("words")).isEqualTo(words);
        assertThatThrownBy(() -> recipe("stages.words.epochs=1").run(false, ""))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("run/words", "of other settings", "--force");
    }
}
