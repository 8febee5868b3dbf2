// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.tokenize.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read back; values as the gguf package writes them (src/test/python/gguf_golden.py). */
class WrittenModelsTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "gguf");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(value = DType.class, names = "F32", mode = EnumSource.Mode.EXCLUDE)
    void valuesAreRoundedAsTheGgufPackageDoes(DType dtype) throws IOException {
        JsonNode golden = JSON.readTree(FOLDER.resolve("quantised.json").toFile());
        float[] values = new float[golden.get("values").size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) golden.get("values").get(i).asDouble();
        }
        ByteBuffer out = ByteBuffer.allocate((int) dtype.bytes(values.length)).order(ByteOrder.LITTLE_ENDIAN);
        for (FloatBuffer in = FloatBuffer.wrap(values); in.hasRemaining(); ) {
            dtype.encode(in, out);
        }
        assertThat(HexFormat.of().formatHex(out.array()))
                .isEqualTo(golden.get(dtype.name()).asText());
    }

    @Test
    void eachHalfIsItself() {
        for (int half = 0; half < 1 << 16; half++) {
            float value = Safetensors.halfToFloat((short) half);
            if (!Float.isNaN(value)) {
                assertThat(DType.half(value)).as("%x", half).isEqualTo((short) half);
            }
        }
        assertThat(DType.half(65520)).as("infinite").isEqualTo((short) 0x7c00);
        assertThat(Safetensors.halfToFloat(DType.half(Float.NaN))).isNaN();
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2", "qwen3"})
    void aGgufFileIsReadBackTheSame(String name) {
        ModelFolder model = ModelFolder.read(FOLDER.resolve(name + ".gguf"));
        Path file = folder.resolve("again.gguf");
        GgufWriter.write(model, DType.F32, file);
        ModelFolder again = ModelFolder.read(file);
        assertThat(again.config()).isEqualTo(model.config());
        assertThat(again.chatTemplate()).isEqualTo(model.chatTemplate());
        assertSameWeights(again.weights(), model.weights(), 0);
        assertSameTokens(again.tokenizer(), model.tokenizer());
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2", "qwen3"})
    void aFolderIsReadBackTheSame(String name) {
        ModelFolder model = ModelFolder.read(FOLDER.resolve(name + ".gguf"));
        FolderWriter.write(model, DType.F32, folder.resolve("again"));
        ModelFolder again = ModelFolder.read(folder.resolve("again"));
        ObjectNode config = again.config().deepCopy();
        assertThat(config.path("architectures").path(0).asText()).endsWith("ForCausalLM");
        config.remove(List.of("architectures", "torch_dtype"));
        assertThat(config).isEqualTo(model.config());
        assertThat(again.chatTemplate()).isEqualTo(model.chatTemplate());
        assertSameWeights(again.weights(), model.weights(), 0);
        assertSameTokens(again.tokenizer(), model.tokenizer());
        assertThat(folder.resolve("again.draft")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F16", "BF16"})
    void halvesAreNear(DType dtype) {
        ModelFolder model = ModelFolder.read(FOLDER.resolve("llama.gguf"));
        FolderWriter.write(model, dtype, folder.resolve("half"));
        assertSameWeights(ModelFolder.read(folder.resolve("half")).weights(), model.weights(), 0.004);
        GgufWriter.write(model, dtype, folder.resolve("half.gguf"));
        assertSameWeights(ModelFolder.read(folder.resolve("half.gguf")).weights(), model.weights(), 0.004);
    }

    @Test
    void aFolderBecomesAGgufFileAndBack() {
        Path published = folder.resolve("published");
        FolderWriter.write(ModelFolder.read(FOLDER.resolve("llama.gguf")), DType.F32, published);
        GgufWriter.write(ModelFolder.read(published), DType.F32, folder.resolve("back.gguf"));
        assertSameWeights(
                ModelFolder.read(folder.resolve("back.gguf")).weights(),
                ModelFolder.read(FOLDER.resolve("llama.gguf")).weights(),
                0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"rope_type\":\"linear\",\"factor\":2.0}",
                "{\"rope_type\":\"yarn\",\"factor\":4.0,\"original_max_position_embeddings\":16}",
                "{\"rope_type\":\"llama3\",\"factor\":8.0,\"low_freq_factor\":1.0,\"high_freq_factor\":4.0,"
                        + "\"original_max_position_embeddings\":8192}"
            })
    void scaledPositionsAreReadBackTheSame(String scaling) throws IOException {
        ModelFolder plain = ModelFolder.read(FOLDER.resolve("llama.gguf"));
        ObjectNode config = plain.config().deepCopy();
        config.put("rope_theta", 1e7); // so that some of the few waves are longer than llama3's context
        config.set("rope_scaling", JSON.readTree(scaling));
        ModelFolder model = with(plain, config, plain.tokenizer());
        GgufWriter.write(model, DType.F32, folder.resolve("scaled.gguf"));
        ModelFolder again = ModelFolder.read(folder.resolve("scaled.gguf"));
        assertThat(again.config().get("rope_scaling")).isEqualTo(JSON.readTree(scaling));
        assertSameWeights(again.weights(), model.weights(), 0);
    }

    @Test
    void whatAGgufFileCanNotSayIsRefused() throws IOException {
        ModelFolder model = ModelFolder.read(FOLDER.resolve("llama.gguf"));
        ObjectNode gemma = model.config().deepCopy();
        gemma.put("model_type", "gemma2");
        assertThatThrownBy(
                        () -> GgufWriter.write(with(model, gemma, model.tokenizer()), DType.F16, folder.resolve("x")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("model_type is \"gemma2\"; allowed in a GGUF file are llama, mistral");
        ObjectNode scaled = model.config().deepCopy();
        scaled.putObject("rope_scaling").put("rope_type", "longrope");
        assertThatThrownBy(
                        () -> GgufWriter.write(with(model, scaled, model.tokenizer()), DType.F16, folder.resolve("x")))
                .hasMessageContaining("rope_scaling is of the type \"longrope\"");
        scaled.putObject("rope_scaling")
                .put("rope_type", "yarn")
                .put("factor", 2)
                .put("beta_fast", 16);
        assertThatThrownBy(
                        () -> GgufWriter.write(with(model, scaled, model.tokenizer()), DType.F16, folder.resolve("x")))
                .hasMessageContaining("allowed in a GGUF file that is written here is yarn with the paper's");
        ObjectNode tokenizer = (ObjectNode) JSON.readTree(model.tokenizer());
        ((ObjectNode) tokenizer.get("model")).put("type", "Unigram");
        assertThatThrownBy(() -> GgufWriter.write(
                        with(model, model.config(), tokenizer.toString()), DType.F16, folder.resolve("x")))
                .hasMessageContaining("the tokenizer is of the type \"Unigram\"");
        assertThat(folder.resolve("x")).doesNotExist();
        assertThatThrownBy(() -> FolderWriter.write(model, DType.Q8_0, folder.resolve("y")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("F32, F16 and BF16");
    }

    private static ModelFolder with(ModelFolder model, JsonNode config, String tokenizer) {
        return new ModelFolder(model.folder(), config, model.weights(), tokenizer, Optional.empty());
    }

    private static void assertSameWeights(Weights given, Weights expected, double tolerance) {
        assertThat(given.names()).isEqualTo(expected.names());
        for (Tensor tensor : expected.tensors()) {
            Tensor other = given.tensor(tensor.name());
            assertThat(other.shape()).as(tensor.name()).isEqualTo(tensor.shape());
            float[] values = tensor.values();
            float[] others = other.values();
            assertThat(IntStream.range(0, values.length)
                            .mapToDouble(i -> Math.abs(values[i] - others[i]) / Math.max(1e-3, Math.abs(values[i])))
                            .max()
                            .orElse(0))
                    .as(tensor.name())
                    .isLessThanOrEqualTo(tolerance);
        }
    }

    private static void assertSameTokens(String given, String expected) {
        try (Tokenizer one = new Tokenizer(given, 128);
                Tokenizer other = new Tokenizer(expected, 128)) {
            for (String text : List.of("The price is 1234, isn't it?", "<|im_start|>user\nnaïve 🙂", "  a\n\n b")) {
                assertThat(one.ids(text)).isEqualTo(other.ids(text));
            }
        }
    }
}
