// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.tokenize.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The layouts that models are published in; the .bin files are made by src/test/python/published_folders.py. */
class PublishedFoldersTest {
    private static final Path RESOURCES = Path.of("src", "test", "resources");
    private static final Path PUBLISHED = RESOURCES.resolve("published");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> TEXTS = List.of(
            "I bought an old phone and it didn't charge.",
            "An unseen zebra, naïve café 🙂 BX-204817.  Two  blanks\nand a line",
            "",
            " ",
            "日本語 [MASK] they're");

    @TempDir
    private Path folder;

    private Path copy(String model, String... files) throws IOException {
        for (String file : files) {
            Files.copy(RESOURCES.resolve(model).resolve(file), folder.resolve(file));
        }
        return folder;
    }

    private static void assertSame(Weights given, Weights expected) {
        assertThat(given.names()).isEqualTo(expected.names());
        for (Tensor tensor : expected.tensors()) {
            assertThat(given.tensor(tensor.name()).shape()).as(tensor.name()).isEqualTo(tensor.shape());
            assertThat(given.tensor(tensor.name()).values()).as(tensor.name()).isEqualTo(tensor.values());
        }
    }

    @Test
    void torchsZipHoldsWhatSafetensorsHold() throws IOException {
        copy("tiny-bert", "config.json", "tokenizer.json");
        Files.copy(PUBLISHED.resolve("half.bin"), folder.resolve("pytorch_model.bin"));
        assertSame(
                ModelFolder.read(folder).weights(),
                ModelFolder.read(RESOURCES.resolve("tiny-bert")).weights());
        assertThat(BaseModel.load(folder.toString()).config().hiddenSize()).isEqualTo(32);
    }

    @Test
    void viewsOfOneStorageAreReadByTheirStrides() {
        Weights weights = TorchZip.read(PUBLISHED.resolve("views.bin"));
        float[] whole = weights.tensor("whole").values();
        assertThat(weights.tensor("whole").shape()).containsExactly(6, 4);
        assertThat(whole).startsWith(-1.1258398294448853f, -1.152360200881958f);
        assertThat(weights.tensor("turned").shape()).containsExactly(4, 6);
        assertThat(weights.tensor("turned").values()).startsWith(whole[0], whole[4], whole[8]);
        assertThat(weights.tensor("part").values())
                .containsExactly(whole[9], whole[10], whole[13], whole[14], whole[17], whole[18]);
        assertThat(weights.tensor("parameter").values()).containsExactly(Arrays.copyOf(whole, 4));
        assertThat(weights.tensor("bfloat16").values()[0]).isEqualTo(-1.125f);
        assertThat(weights.tensor("half").values()[0]).isEqualTo(-1.1259766f);
        assertThat(weights.tensor("number").shape()).isEmpty();
        assertThat(weights.tensor("number").values()).containsExactly(2.5f);
        assertThat(weights.tensor("none").values()).isEmpty();
        assertThatThrownBy(() -> weights.tensor("counts").values())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll("views.bin", "counts is of the type long", "bfloat16");
    }

    @Test
    void whatIsNoTensorIsRefusedByItsNameAndNeverRun() {
        assertThatThrownBy(() -> TorchZip.read(PUBLISHED.resolve("path.bin")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageMatching(".*path\\.bin: the pickle asks for pathlib\\S*PosixPath; only tensors.*");
        assertThatThrownBy(() -> TorchZip.read(PUBLISHED.resolve("old.bin")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("before version 1.6");
    }

    @Test
    void noChangedByteIsTakenForSomethingElse() throws IOException {
        byte[] whole = Files.readAllBytes(PUBLISHED.resolve("views.bin"));
        Path broken = folder.resolve("broken.bin");
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] changed = whole.clone();
            changed[random.nextInt(1200)] = (byte) random.nextInt(256);
            Files.write(broken, changed);
            try {
                TorchZip.read(broken)
                        .tensors()
                        .forEach(tensor -> assertThat(tensor.size()).isLessThan(1000));
            } catch (CheckpointException expected) {
                assertThat(expected).as("seed %d", seed).hasMessageContaining("broken.bin");
            } catch (java.io.UncheckedIOException expected) {
                assertThat(expected).as("seed %d", seed).hasMessageContaining("broken.bin");
            }
        }
    }

    @Test
    void shardsAreOneModel() throws IOException {
        Weights all = Safetensors.read(RESOURCES.resolve("tiny-bert").resolve("model.safetensors"));
        copy("tiny-bert", "config.json", "tokenizer.json");
        List<Tensor> tensors = new ArrayList<>(all.tensors());
        ObjectNode index = JSON.createObjectNode();
        ObjectNode map = index.putObject("weight_map");
        for (int shard = 0; shard < 2; shard++) {
            String name = "model-0000" + (shard + 1) + "-of-00002.safetensors";
            List<Tensor> part = tensors.subList(shard * 10, shard == 0 ? 10 : tensors.size());
            Safetensors.write(folder.resolve(name), new Weights(part), Map.of());
            part.forEach(tensor -> map.put(tensor.name(), name));
        }
        Path file = folder.resolve("model.safetensors.index.json");
        JSON.writeValue(file.toFile(), index);
        assertSame(ModelFolder.read(folder).weights(), all);

        map.put("one.more", "model-00002-of-00002.safetensors");
        JSON.writeValue(file.toFile(), index);
        refused("lacks [one.more]");
        map.put("one.more", "../model.safetensors");
        JSON.writeValue(file.toFile(), index);
        refused("\"../model.safetensors\", which is no file beside it");
        Files.writeString(file, "{}");
        refused("weight_map");
    }

    private void refused(String message) {
        assertThatThrownBy(() -> ModelFolder.read(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-bert", "tiny-gpt2"})
    void theFilesOfOldTokenizersGiveTheSameTokens(String model) throws IOException {
        copy(model, "config.json", "model.safetensors");
        refused("vocab.txt");
        JsonNode json =
                JSON.readTree(RESOURCES.resolve(model).resolve("tokenizer.json").toFile());
        JsonNode vocabulary = json.at("/model/vocab");
        if (model.equals("tiny-bert")) {
            String[] lines = new String[vocabulary.size()];
            vocabulary.fields().forEachRemaining(entry -> lines[entry.getValue().asInt()] = entry.getKey());
            Files.write(folder.resolve("vocab.txt"), List.of(lines));
        } else {
            JSON.writeValue(folder.resolve("vocab.json").toFile(), vocabulary);
            List<String> merges = new ArrayList<>(List.of("#version: 0.2"));
            json.at("/model/merges")
                    .forEach(pair -> merges.add(
                            pair.isArray()
                                    ? pair.get(0).asText() + " " + pair.get(1).asText()
                                    : pair.asText()));
            Files.write(folder.resolve("merges.txt"), merges);
        }
        try (Tokenizer expected = Tokenizer.whole(json.toString());
                Tokenizer given = Tokenizer.whole(ModelFolder.read(folder).tokenizer())) {
            for (String text : TEXTS) {
                assertThat(given.ids(text)).as(text).isEqualTo(expected.ids(text));
            }
        }
    }

    @Test
    void theChatTemplateIsFoundWhereItLies() throws IOException {
        copy("tiny-gpt2", "config.json", "model.safetensors", "tokenizer.json");
        assertThat(ModelFolder.read(folder).chatTemplate()).isEmpty();
        Path settings = folder.resolve("tokenizer_config.json");
        Files.writeString(settings, "{\"chat_template\": [{\"name\": \"default\", \"template\": \"{{ a }}\"}]}");
        assertThat(ModelFolder.read(folder).chatTemplate()).contains("{{ a }}");
        Files.writeString(settings, "{\"chat_template\": \"{{ b }}\"}");
        assertThat(ModelFolder.read(folder).chatTemplate()).contains("{{ b }}");
        Files.writeString(folder.resolve("chat_template.jinja"), "{{ c }}");
        assertThat(ModelFolder.read(folder).chatTemplate()).contains("{{ c }}");
    }
}
