// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.corpus.InputException;
import dev.graft.jobs.train.PlannedTraining;
import dev.graft.translate.FolderTranslator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TranslateJobTest {
    private static final List<String> WORDS = List.of("ein", "hund", "rennt", "mann", "sieht", "haus");
    private static final List<String> OTHERS = List.of("a", "dog", "runs", "man", "sees", "house");

    @TempDir
    private Path folder;

    private void write(String name, int count, long seed) throws IOException {
        Random random = new Random(seed);
        List<String> source = new ArrayList<>();
        List<String> target = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Integer> words =
                    random.ints(2 + random.nextInt(3), 0, WORDS.size()).boxed().toList();
            source.add(String.join(" ", words.stream().map(WORDS::get).toList()));
            target.add(String.join(" ", words.stream().map(OTHERS::get).toList()));
        }
        Files.write(folder.resolve(name + ".de"), source);
        Files.write(folder.resolve(name + ".en"), target);
    }

    private String stage(String name, String... overrides) {
        StringBuilder text = new StringBuilder("  { name = " + name + ", kind = train\n"
                + "objective { kind = translate, source = de, target = en }\n"
                + "shape { layers = 1, width = 32, heads = 2, feed-forward = 32, dropout = 0, positions = 16, vocabulary = 100 }\n"
                + "epochs = 16, learning-rate = 1e-2, batch-tokens = 0, batch-size = 32, max-length = 16\n");
        for (String part : List.of("train", "validation", "test")) {
            for (String language : List.of("de", "en")) {
                text.append("data." + part + "." + language + " = \""
                        + folder.resolve(part.equals("train") ? "train." + language : "val." + language)
                        + "\"\n");
            }
        }
        for (String override : overrides) {
            text.append(override).append('\n');
        }
        return text.append("}\n").toString();
    }

    private String recipe(String... stages) {
        return "name = toy\nout = \"" + folder.resolve("run") + "\"\nstages = [\n" + String.join("", stages) + "]\n";
    }

    private TranslateSettings settings(String... overrides) {
        return planned(recipe(stage("one", overrides)), Optional.empty());
    }

    /** As the one reader of recipes reads it; no corpus is needed. */
    private static TranslateSettings planned(String recipe, Optional<String> stage) {
        return Settings.parse(
                recipe, root -> ((PlannedTraining.Translated) PlannedTraining.read(root, stage)).settings());
    }

    @Test
    void aToyLanguageIsLearntAndTheFolderTranslatesIt() throws IOException {
        write("train", 200, 1);
        write("val", 20, 2);
        TranslateJob.run(settings(), false);
        JsonNode metrics = new ObjectMapper()
                .readTree(folder.resolve("run/one/metrics.json").toFile());
        assertThat(metrics.at("/validation/bleu").asDouble()).isGreaterThan(50);
        assertThat(metrics.at("/test")).isEqualTo(metrics.at("/validation"));
        assertThat(metrics.at("/evaluations")).hasSize(16);
        try (FolderTranslator translator = new FolderTranslator(folder.resolve("run/one/model"), "de", "en")) {
            assertThat(translator.translate(List.of("ein hund", "mann sieht haus")))
                    .containsExactly("a dog", "man sees house");
        }
    }

    /** A folder that was trained is one that can be trained further; equal settings give equal bytes. */
    @Test
    void trainsAGivenFolderFurther() throws IOException {
        write("train", 40, 1);
        write("val", 5, 2);
        TranslateJob.run(settings("epochs = 1"), false);
        Path first = folder.resolve("run/one/model/model.safetensors");
        byte[] bytes = Files.readAllBytes(first);
        TranslateJob.run(settings("epochs = 1"), false);
        assertThatThrownBy(() -> TranslateJob.run(settings("epochs = 2"), false))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("run/one holds a translator of other settings");
        TranslateJob.run(settings("epochs = 1"), true);
        assertThat(Files.readAllBytes(first)).isEqualTo(bytes);
        String model = "model = \"" + folder.resolve("run/one/model") + "\"";
        for (String start : List.of("from = one", model)) {
            String recipe = recipe(stage("one", "epochs = 1"), stage("further", "shape = null", start, "epochs = 1"));
            TranslateJob.run(planned(recipe, Optional.of("further")), true);
            assertThat(Files.readAllBytes(folder.resolve("run/further/model/model.safetensors")))
                    .isNotEqualTo(bytes);
            assertThat(folder.resolve("run/further/model/vocab.json"))
                    .hasSameTextualContentAs(folder.resolve("run/one/model/vocab.json"));
        }
        assertThatThrownBy(() -> planned(
                        recipe(stage("one"), stage("two", "from = one"), stage("three", "from = one", model)),
                        Optional.of("two")))
                .hasMessageContaining("shape")
                .hasMessageContaining("nothing, where a model is trained further");
    }

    @Test
    void checkTellsWhatWouldBeLearnt() throws IOException {
        write("train", 40, 1);
        write("val", 5, 2);
        StringWriter told = new StringWriter();
        assertThat(TranslateJob.check(settings(), new PrintWriter(told))).isEmpty();
        assertThat(told.toString())
                .contains("rows: 40 pairs", "5 held out; 32 steps", "one step: loss")
                .containsPattern("train\\.de:1: \\w+");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void whatCannotBeLearntIsToldWithItsPlace() throws IOException {
        write("train", 20, 1);
        write("val", 5, 2);
        Files.writeString(folder.resolve("train.en"), "a dog\n");
        assertThatThrownBy(() -> TranslateJob.run(settings(), false))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("train.de has 20 lines")
                .hasMessageContaining("train.en 1");
        write("train", 20, 1);
        List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve("train.de")));
        lines.set(3, " ");
        lines.set(4, "hund ".repeat(20));
        Files.write(folder.resolve("train.de"), lines);
        assertThatThrownBy(() -> TranslateJob.run(settings(), false))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("2 of 25 pairs can't be used")
                .hasMessageContaining("train.de:4")
                .hasMessageContaining("max-length = 16");
    }

    @Test
    void theConfigurationIsReadAsAWhole() throws IOException {
        write("train", 20, 1);
        write("val", 5, 2);
        assertThatThrownBy(() -> settings(
                        "objective.target = de", "objective.label-smoothing = 1", "shape.heads = 5", "epoch = 3"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("objective.target")
                .hasMessageContaining("objective.label-smoothing")
                .hasMessageContaining("shape.heads")
                .hasMessageContaining("did you mean \"epochs\"");
    }
}
