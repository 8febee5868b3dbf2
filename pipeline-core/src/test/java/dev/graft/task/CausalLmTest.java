// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small model against what transformers computed with it: src/test/python/tiny_models.py. */
class CausalLmTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "tiny-gpt2");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CausalLm MODEL = new CausalLm(FOLDER);

    @AfterAll
    static void close() {
        MODEL.close();
    }

    private static List<JsonNode> golden() throws IOException {
        List<JsonNode> cases = StreamSupport.stream(
                        JSON.readTree(FOLDER.resolve("golden.json").toFile()).spliterator(), false)
                .toList();
        assertThat(cases).hasSize(5);
        return cases;
    }

    @Test
    void theLastTokensLogitsAgreeWithTransformers() throws IOException {
        for (JsonNode each : golden()) {
            long[] ids = StreamSupport.stream(each.get("ids").spliterator(), false)
                    .mapToLong(JsonNode::asLong)
                    .limit(64)
                    .toArray();
            try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
                float[] given = MODEL.last(ids, scope);
                assertThat(given).hasSize(each.get("logits").size());
                for (int i = 0; i < given.length; i++) {
                    assertThat(given[i])
                            .isCloseTo((float) each.get("logits").get(i).asDouble(), within(1e-4f));
                }
            }
        }
    }

    @Test
    void perplexitiesAgreeWithTransformersAloneAndInABatch() throws IOException {
        List<JsonNode> cases = golden();
        double[] together = MODEL.perplexities(
                cases.stream().map(each -> each.get("text").asText()).toList());
        for (int i = 0; i < together.length; i++) {
            double expected = cases.get(i).get("perplexity").asDouble();
            String text = cases.get(i).get("text").asText();
            assertThat(together[i] / expected).as(text).isCloseTo(1, within(1e-4));
            assertThat(MODEL.perplexities(List.of(text))[0] / expected).as(text).isCloseTo(1, within(1e-4));
        }
    }

    @Test
    void aTextOfFewerThanTwoTokensHasNoPerplexity() {
        assertThat(MODEL.perplexities(List.of("", "a"))).containsOnly(Double.NaN);
        assertThat(MODEL.perplexities(List.of())).isEmpty();
    }

    @Test
    void keysWithoutAPrefixAndAnUntiedHeadAreRead(@TempDir Path folder) throws IOException {
        Weights weights = Safetensors.read(FOLDER.resolve("model.safetensors"));
        List<Tensor> tensors = new java.util.ArrayList<>(weights.tensors().stream()
                .map(tensor -> tensor.named(tensor.name().replace("transformer.", "")))
                .toList());
        tensors.add(weights.tensor("transformer.wte.weight").named("lm_head.weight"));
        Safetensors.write(folder.resolve("model.safetensors"), new Weights(tensors), Map.of("format", "pt"));
        for (String file : List.of("config.json", "tokenizer.json")) {
            Files.copy(FOLDER.resolve(file), folder.resolve(file));
        }
        List<String> texts = List.of("The children played outside.", "i love the film");
        try (CausalLm other = new CausalLm(folder)) {
            assertThat(other.perplexities(texts)).isEqualTo(MODEL.perplexities(texts));
        }
    }

    @Test
    void anotherModelIsNamed(@TempDir Path folder) throws IOException {
        Path bert = Path.of("src", "test", "resources", "tiny-bert");
        assertThatThrownBy(() -> new CausalLm(bert))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll("tiny-bert", "model_type is \"bert\"", "allowed for CAUSAL_LM are gemma2");
        for (String file : List.of("model.safetensors", "tokenizer.json")) {
            Files.copy(FOLDER.resolve(file), folder.resolve(file));
        }
        ObjectNode config =
                (ObjectNode) JSON.readTree(FOLDER.resolve("config.json").toFile());
        JSON.writeValue(folder.resolve("config.json").toFile(), config.put("scale_attn_by_inverse_layer_idx", true));
        assertThatThrownBy(() -> new CausalLm(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("scale_attn_by_inverse_layer_idx is true");
    }

    @Test
    void threadsGetTheSamePerplexities() {
        List<String> texts = List.of("The weather was lovely.", "we were very happy with the camera");
        double[] expected = MODEL.perplexities(texts);
        assertThat(IntStream.range(0, 200).parallel().mapToObj(i -> MODEL.perplexities(texts)))
                .allSatisfy(given -> assertThat(given).isEqualTo(expected));
    }

    @Test
    void memoryStaysFlat() throws IOException {
        Path statm = Path.of("/proc/self/statm");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(statm), "no /proc here");
        List<String> texts =
                List.of("The children played outside and the weather was lovely. ".repeat(20), "i love it");
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 8 && least >= 5 << 8; round++) {
            System.gc(); // the heap's own growth is not what is measured
            long before = Long.parseLong(Files.readString(statm).split(" ")[1]);
            for (int i = 0; i < 150; i++) {
                MODEL.perplexities(texts);
            }
            System.gc();
            least = Math.min(least, Long.parseLong(Files.readString(statm).split(" ")[1]) - before);
        }
        assertThat(least).as("pages of 4 kB").isLessThan(5 << 8);
    }
}
