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

    private static final String TRANSLATOR =
            "shape { layers = 1, width = 32, heads = 2, feed-forward = 32, dropout = 0,"
                    + " positions = 32, vocabulary = 100 }, epochs = 40, learning-rate = 1e-2, batch-tokens = 0, batch-size = 24";

    @TempDir
    private Path folder;

    private RecipeRun recipe(String... overrides) throws IOException {
        return Settings.read(folder.resolve("stages.conf"), List.of(overrides), RecipeRun::read);
    }

    /** Who watches something sees it, back from German. */
    private void writePairs(List<String> rows) throws IOException {
        List<String> english = new ArrayList<>();
        List<String> german = new ArrayList<>();
        for (String[] who : new String[][] {{"children", "kinder"}, {"people", "leute"}, {"students", "schueler"}}) {
            for (String[] what :
                    new String[][] {{"house", "haus"}, {"village", "dorf"}, {"table", "brett"}, {"coat", "kleid"}}) {
                english.add("The " + who[0] + " watch the big " + what[0] + ".");
                german.add("Die " + who[1] + " sehen das grosse " + what[1] + ".");
            }
        }
        for (int i = 0; i < english.size(); i += 2) {
            rows.add("{\"id\": \"s%d\", \"text\": \"%s\", \"label\": \"%s\", \"spans\": []}"
                    .formatted(i, english.get(i), i % 4 == 0 ? "a" : "b"));
        }
        Files.write(folder.resolve("pairs.en"), english);
        Files.write(folder.resolve("pairs.de"), german);
        Files.write(
                folder.resolve("back.en"),
                english.stream().map(each -> each.replace("watch", "see")).toList());
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
        writePairs(rows);
        Files.write(folder.resolve("rows.jsonl"), rows);
        Files.write(folder.resolve("raw-1.txt"), texts.subList(0, 12));
        Files.write(folder.resolve("raw-2.txt"), texts.subList(12, 24));
        Files.writeString(folder.resolve("stages.conf"), """
                name = stages, out = "%1$s/run", model = "%2$s"
                corpus { train = "%1$s/rows.jsonl", id = id, label = label, spans = spans, shares { test = 0.3 } }
                stages = [
                  { name = domain, kind = train, data { text = "%1$s/raw-*.txt" }, objective { kind = masked-lm, rate = 0.3 }
                    method { kind = lora, r = 2 }, max-steps = 3, batch-size = 4, max-length = 24 }
                  { name = en-de, kind = train, objective { kind = translate, source = en, target = de }
                    data { train { en = "%1$s/pairs.en", de = "%1$s/pairs.de" }, validation { en = "%1$s/pairs.en", de = "%1$s/pairs.de" } }
                    %3$s }
                  { name = de-en, kind = train, objective { kind = translate, source = de, target = en }
                    data { train { en = "%1$s/back.en", de = "%1$s/pairs.de" }, validation { en = "%1$s/back.en", de = "%1$s/pairs.de" } }
                    %3$s }
                  { name = grow, kind = augment
                    operators = [
                      { operator = keyboard-typos, alpha = 0.3 }
                      { operator = back-translation, pivots = [[de]], from = [en-de, de-en], tries = 0, min-similarity = -1
                        min-word-similarity = -1 }
                    ]
                    filters { similarity { min = -1 } } }
                  { name = words, kind = train, from = domain, data = grow, objective { kind = token-classification }
                    epochs = 12, learning-rate = 0.02, batch-size = 4, max-length = 24 }
                  { name = tune, kind = train, from = domain, data = grow, max-steps = 2, batch-size = 4, max-length = 24 }
                ]
                compare { stage = words, seeds = [1, 2], arms = [originals, originals-equal-steps, { name = no-domain, from = model }, tuned], tests = [test, { test-with = keyboard-typos, alpha = 0.3 }
                  { name = lost-words, test-with = random-deletion, alpha = 0.4 }] }
                """.formatted(folder, BERT.toAbsolutePath(), TRANSLATOR));

        recipe().run(false, "");

        JsonNode grow = new ObjectMapper()
                .readTree(folder.resolve("run/grow/manifest.json").toFile());
        assertThat(grow.at("/operators/back-translation/kept").asInt())
                .as("all captions of the training part")
                .isEqualTo(grow.at("/rows/train").asInt() - 16)
                .isBetween(2, 6);
        assertThat(grow.at("/from/inputs/augment.operators[1].from.de-en/hash").asText())
                .as("another translator is another augmentation")
                .hasSize(64);
        assertThat(folder.resolve("run/domain/merged/config.json")).exists();
        assertThat(metrics("domain").at("/exported/rows").asInt()).isBetween(8, 23);
        JsonNode words = metrics("words");
        assertThat(words.at("/results")).hasSize(8);
        JsonNode other = words.at("/results/2");
        assertThat(other.at("/arm").asText()).isEqualTo("no-domain");
        assertThat(other.at("/rows")).isEqualTo(words.at("/exported/rows"));
        assertThat(other.at("/before/test/loss"))
                .as("its weights are others")
                .isNotEqualTo(words.at("/exported/before/test/loss"));
        JsonNode originals = words.at("/results/0");
        JsonNode augmented = words.at("/exported");
        assertThat(augmented.at("/rows").asInt())
                .isGreaterThan(originals.at("/rows").asInt());
        assertThat(words.at("/results/1/losses"))
                .hasSize(augmented.at("/losses").size());
        // With words lost, a model of some twenty rows and large steps is sure of what it gets wrong: its loss may
        // rise.
        assertThat(augmented.at("/after/lost-words/loss").asDouble())
                .as("a test of its own")
                .isPositive()
                .isNotEqualTo(augmented.at("/after/typos/loss").asDouble());
        for (String part : List.of("test", "typos")) {
            assertThat(augmented.at("/after/" + part + "/loss").asDouble())
                    .as(part)
                    .isLessThan(augmented.at("/before/" + part + "/loss").asDouble());
        }
        assertThat(augmented.at("/after/typos/loss")).isNotEqualTo(augmented.at("/after/test/loss"));
        assertThat(folder.resolve("run/tune/adapter/adapter_model.safetensors")).exists();
        assertThat(folder.resolve("run/words/_staging")).doesNotExist();

        recipe().run(false, "");
        assertThat(metrics("words")).isEqualTo(words);
        assertThatThrownBy(() -> recipe("stages.words.epochs=1").run(false, ""))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("run/words", "of other settings", "--force");
    }
}
