// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.tokenize.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against what the gguf package wrote and read: src/test/python/gguf_golden.py. */
class GgufTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "gguf");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(GgufType.class)
    void blocksAreDequantisedToTheLastBit(GgufType type) throws IOException {
        JsonNode expected = new ObjectMapper()
                .readTree(FOLDER.resolve("blocks.json").toFile())
                .get(type.name());
        Tensor tensor = Gguf.read(FOLDER.resolve("blocks.gguf")).weights().tensor(type.name());
        assertThat(tensor.shape()).containsExactly(1, 256);
        float[] values = tensor.values();
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).as("value %d", i).isEqualTo((float)
                    expected.get(i).asDouble());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = GgufType.class,
            names = {"Q8_0", "Q4_0", "Q4_1"})
    void theirPartsApartGiveTheSameValues(GgufType type) {
        Tensor tensor = Gguf.read(FOLDER.resolve("blocks.gguf")).weights().tensor(type.name());
        Blocks blocks = tensor.blocks().orElseThrow();
        ByteBuffer codes = ByteBuffer.allocate(256);
        FloatBuffer scales = FloatBuffer.allocate(256 / blocks.group());
        FloatBuffer minima = FloatBuffer.allocate(blocks.minima() ? scales.capacity() : 0);
        blocks.source().read(codes, scales, minima);
        float[] values = tensor.values();
        for (int i = 0; i < values.length; i++) {
            float scaled = scales.get(i / blocks.group()) * codes.get(i);
            assertThat(blocks.minima() ? scaled + minima.get(i / blocks.group()) : scaled)
                    .isEqualTo(values[i]);
            assertThat((int) codes.get(i)).isBetween(blocks.lowest(), blocks.lowest() + (1 << blocks.bits()) - 1);
        }
        assertThat(Gguf.read(FOLDER.resolve("blocks.gguf"))
                        .weights()
                        .tensor("Q6_K")
                        .blocks())
                .isEmpty();
    }

    @Test
    void theFileSaysWhatAFolderWould() {
        ModelFolder read = ModelFolder.read(FOLDER.resolve("qwen3.gguf"));
        assertThat(read.config().get("model_type").asText()).isEqualTo("qwen3");
        assertThat(read.config().get("head_dim").asInt()).isEqualTo(6);
        assertThat(read.config().get("vocab_size").asInt()).isEqualTo(500);
        assertThat(read.config().get("tie_word_embeddings").asBoolean()).isFalse();
        assertThat(read.weights().names())
                .contains("lm_head.weight", "model.norm.weight", "model.layers.1.self_attn.q_norm.weight");
        assertThat(read.chatTemplate().orElseThrow()).startsWith("{% for message in messages %}");
        assertThat(read.ends()).containsExactly(0);
    }

    @Test
    void piecesWithScoresGiveTransformersTokens() throws IOException {
        try (Tokenizer tokenizer =
                Tokenizer.whole(ModelFolder.read(FOLDER.resolve("pieces.gguf")).tokenizer())) {
            JsonNode cases =
                    new ObjectMapper().readTree(FOLDER.resolve("pieces.json").toFile());
            assertThat(cases).hasSize(7);
            for (JsonNode each : cases) {
                String text = each.get("text").asText();
                List<Long> expected = new ArrayList<>();
                each.get("ids").forEach(id -> expected.add(id.asLong()));
                assertThat(Arrays.stream(tokenizer.ids(text)).boxed()).as(text).containsExactlyElementsOf(expected);
            }
            String text = "The children played outside.";
            assertThat(tokenizer.text(tokenizer.ids(text))).isEqualTo(text);
        }
    }

    @Test
    void aFolderWithOneSuchFileIsReadAsIt() throws IOException {
        Files.copy(FOLDER.resolve("llama.gguf"), folder.resolve("model.gguf"));
        assertThat(ModelFolder.read(folder).weights().names())
                .isEqualTo(
                        ModelFolder.read(FOLDER.resolve("llama.gguf")).weights().names());
    }

    @Test
    void whatIsNotKnownIsRefusedByName() throws IOException {
        assertThatThrownBy(() -> ModelFolder.read(FOLDER.resolve("blocks.gguf")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll("general.architecture is \"none\"", "llama");
        refused("llama.rope.freq_base", "llama.rope.wobble_it").hasMessageContaining("llama.rope.wobble_it is 10000.0");
        refused("smollm", "wobbly").hasMessageContainingAll("tokenizer.ggml.pre is \"wobbly\"", "gpt-2");
        refused("GGUF", "GGML").hasMessageContaining("does not begin with GGUF");
    }

    private org.assertj.core.api.AbstractThrowableAssert<?, ?> refused(String text, String by) throws IOException {
        String bytes = new String(Files.readAllBytes(FOLDER.resolve("llama.gguf")), StandardCharsets.ISO_8859_1);
        Path other = folder.resolve("other.gguf");
        Files.write(other, bytes.replaceFirst(text, by).getBytes(StandardCharsets.ISO_8859_1));
        return assertThatThrownBy(() -> ModelFolder.read(other)).isInstanceOf(CheckpointException.class);
    }

    @Test
    void brokenFilesAreRefusedAndNeverTakenForWhole() throws IOException {
        byte[] whole = Files.readAllBytes(FOLDER.resolve("llama.gguf"));
        Path broken = folder.resolve("broken.gguf");
        for (int length : new int[] {0, 3, 10, 100, 5000, whole.length / 2, whole.length - 1}) {
            Files.write(broken, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> ModelFolder.read(broken))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(CheckpointException.class);
        }
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] changed = whole.clone();
            changed[random.nextInt(2000)] = (byte) random.nextInt(256);
            Files.write(broken, changed);
            try {
                ModelFolder.read(broken);
            } catch (CheckpointException expected) {
                assertThat(expected).as("seed %d", seed).hasMessageContaining("broken.gguf");
            }
        }
    }
}
