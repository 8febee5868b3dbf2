// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tiny models in GGUF against transformers: src/test/python/gguf_golden.py. */
class GgufModelsTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "gguf");

    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2", "qwen3"})
    void logitsAgreeWithTransformers(String name) throws IOException {
        JsonNode golden = new ObjectMapper()
                .readTree(FOLDER.resolve("models.json").toFile())
                .get(name);
        long[] ids = IntStream.range(0, golden.get("ids").size())
                .mapToLong(i -> golden.get("ids").get(i).asLong())
                .toArray();
        CausalLm.require(FOLDER.resolve(name + ".gguf"));
        try (CausalLm model = new CausalLm(FOLDER.resolve(name + ".gguf"));
                NDManager scope = NDManager.newBaseManager("PyTorch")) {
            float[] given = model.last(ids, scope);
            assertThat(given).hasSize(golden.get("logits").size());
            for (int i = 0; i < given.length; i++) {
                assertThat(given[i])
                        .isCloseTo((float) golden.get("logits").get(i).asDouble(), within(1e-4f));
            }
            String text = "The children played outside.";
            assertThat(model.tokenizer().text(model.tokenizer().ids(text))).isEqualTo(text);
        }
    }
}
