// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Weights;
import dev.graft.config.Settings;
import dev.graft.model.HeadKind;
import dev.graft.nn.TokenEmbeddings;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for each method of the list, on models of several builds. */
class MethodsTest {
    private static final List<String> LABELS = List.of("yes", "no", "maybe");

    /** One or more of each kind, as a configuration says it. */
    static final List<String> ALL = List.of(
            "kind = bitfit",
            "kind = bottleneck, placement = houlsby, reduction = 4",
            "kind = bottleneck, placement = pfeiffer, reduction = 4",
            "kind = bottleneck, placement = parallel, reduction = 4, scale = 2",
            "kind = full",
            "kind = head-only",
            "kind = ia3",
            "kind = lora, r = 4",
            "kind = lora, r = 4, use-rslora = true",
            "kind = lora, r = 4, use-dora = true",
            "kind = lora, r = 3, init-lora-weights = pissa",
            "kind = lora, r = 3, init-lora-weights = gradient",
            "kind = lora, r = 4, lora-plus-ratio = 16",
            "kind = lora, r = 4, rank-pattern { \"1\\\\..*\" = 2 }, alpha-pattern { \"0\\\\..*\" = 64 }",
            "kind = prefix-tuning, num-virtual-tokens = 3",
            "kind = prefix-tuning, num-virtual-tokens = 3, init = random",
            "kind = prompt-tuning, num-virtual-tokens = 3");

    static final List<String> FAMILIES = List.of(
            "llama", "qwen3", "gpt2", "phi3", "gemma2", "bert-masked-lm", "modernbert-token", "distilbert-sequence");

    static Stream<Arguments> each() {
        return ALL.stream()
                .flatMap(method -> FAMILIES.stream()
                        .filter(family -> fits(method, family))
                        .map(family -> Arguments.of(method, family)));
    }

    static boolean fits(String method, String family) {
        boolean encoder = family.contains("bert");
        boolean biases = encoder && !family.startsWith("modern") || family.equals("gpt2");
        return !(method.contains("prompt") && encoder) && !(method.contains("bitfit") && !biases);
    }

    static AdaptedModel adapted(String method, String family, HeadKind head, List<String> labels) {
        return new AdaptedModel(
                TinyModels.read(family), head, labels, Settings.parse(method, Methods::read), 1, Device.cpu());
    }

    private static AdaptedModel adapted(String method, String family) {
        // A language model's head that is the embeddings is no head to train.
        boolean classes = method.contains("head-only");
        return adapted(
                method, family, classes ? HeadKind.SEQUENCE : TinyModels.head(family), classes ? LABELS : List.of());
    }

    @Test
    void eachKindIsHere() {
        Set<String> kinds = new TreeSet<>();
        ALL.forEach(method -> kinds.add(method.split("[ ,]+")[2]));
        assertThat(kinds).isEqualTo(new TreeSet<>(Methods.kinds()));
        Set<Class<?>> classes = new HashSet<>();
        ALL.forEach(each -> classes.add(Settings.parse(each, Methods::read).getClass()));
        assertThat(classes).isEqualTo(Set.of(Method.class.getPermittedSubclasses()));
    }

    @ParameterizedTest
    @MethodSource("each")
    void startsAsTheBase(String method, String family) {
        try (AdaptedModel adapted = adapted(method, family)) {
            float[] start = TinyModels.outputs(adapted);
            try (AdaptedModel.Base base = adapted.base()) {
                // Virtual tokens are seen from the start.
                if (!method.contains("virtual")) {
                    assertThat(TinyModels.outputs(adapted)).isEqualTo(start);
                }
            }
            assertThat(TinyModels.outputs(adapted)).isEqualTo(start);
        }
    }

    @ParameterizedTest
    @MethodSource("each")
    void movesItsOwnParametersAndNothingElse(String method, String family) {
        try (AdaptedModel adapted = adapted(method, family)) {
            float[] base = baseOutputs(adapted);
            if (method.contains("gradient")) {
                adapted.start(() -> TinyModels.backward(adapted));
                assertThat(TinyModels.outputs(adapted)).isEqualTo(base);
            }
            Map<String, float[]> before = new TreeMap<>();
            adapted.parameters().forEach((name, array) -> before.put(name, array.toFloatArray()));
            TinyModels.train(adapted, 2, 0.05);
            for (Map.Entry<String, NDArray> each : adapted.parameters().entrySet()) {
                if (each.getKey().matches(".*(key|k_lin)\\.bias")) {
                    continue; // it adds the same to all scores of a query, so that none changes
                }
                assertThat(each.getValue().toFloatArray()).as(each.getKey()).isNotEqualTo(before.get(each.getKey()));
            }
            float[] trained = TinyModels.outputs(adapted);
            assertThat(trained).isNotEqualTo(base);
            assertThat(baseOutputs(adapted)).isEqualTo(base);
            assertThat(TinyModels.outputs(adapted)).isEqualTo(trained);

            Weights weights = adapted.weights();
            try (AdaptedModel again = adapted(method, family)) {
                again.restore(weights, "a test");
                assertThat(TinyModels.outputs(again)).isEqualTo(trained);
            }
        }
    }

    private static float[] baseOutputs(AdaptedModel adapted) {
        try (AdaptedModel.Base base = adapted.base()) {
            return TinyModels.outputs(adapted);
        }
    }

    /** Padded and beside others, a text gives what it gives alone. */
    @ParameterizedTest
    @MethodSource("each")
    void aTextDoesNotDependOnItsNeighbours(String method, String family) {
        try (AdaptedModel adapted = adapted(method, family, HeadKind.NONE, List.of())) {
            TinyModels.disturb(adapted, 2);
            List<float[]> together = TinyModels.states(adapted, TinyModels.ROWS);
            for (int row = 0; row < together.size(); row++) {
                float[] alone = TinyModels.states(adapted, List.of(TinyModels.ROWS.get(row)))
                        .get(0);
                assertThat(together.get(row)).containsExactly(alone, within(1e-4f));
            }
        } catch (AdapterException e) {
            assertThat(method).contains("head-only");
            assertThat(e).hasMessageContaining("trains nothing");
        }
    }

    /** Before training, virtual tokens that start as words are what the model makes of a text that begins with these words. */
    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen3", "gpt2", "phi3", "gemma2"})
    void virtualTokensStartAsWordsBeforeTheText(String family) {
        long[] text = TinyModels.ROWS.get(0);
        try (AdaptedModel prompt =
                        adapted("kind = prompt-tuning, num-virtual-tokens = 3", family, HeadKind.NONE, List.of());
                AdaptedModel prefix =
                        adapted("kind = prefix-tuning, num-virtual-tokens = 3", family, HeadKind.NONE, List.of())) {
            prompt.start(() -> {});
            prefix.start(() -> {});
            float[] words;
            try (AdaptedModel.Base off = prompt.base()) {
                long[] whole = LongStream.concat(LongStream.of(drawn(prompt)), LongStream.of(text))
                        .toArray();
                float[] states = TinyModels.states(prompt, List.of(whole)).get(0);
                words = Arrays.copyOfRange(states, states.length / whole.length * 3, states.length);
            }
            for (AdaptedModel each : List.of(prompt, prefix)) {
                assertThat(TinyModels.states(each, List.of(text)).get(0)).containsExactly(words, within(1e-4f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert-masked-lm", "modernbert-token", "distilbert-sequence"})
    void anEncodersPrefixStartsAsWordsToo(String family) {
        try (AdaptedModel prefix =
                adapted("kind = prefix-tuning, num-virtual-tokens = 3", family, HeadKind.NONE, List.of())) {
            float[] random = Objects.requireNonNull(prefix.parameters().get("prompt_embeddings"))
                    .toFloatArray();
            prefix.start(() -> {});
            float[] words = Objects.requireNonNull(prefix.parameters().get("prompt_embeddings"))
                    .toFloatArray();
            assertThat(words).hasSameSizeAs(random).isNotEqualTo(random);
            assertThat(TinyModels.outputs(prefix)).doesNotContain(Float.NaN);
        }
    }

    /** The tokens whose vectors the prompt consists of. */
    private static long[] drawn(AdaptedModel prompt) {
        try (NDManager scope = prompt.manager().newSubManager()) {
            TokenEmbeddings embeddings = prompt.model().transformer().embeddings();
            int vocabulary = Math.toIntExact(embeddings.words().getShape().get(0));
            float[] all = embeddings
                    .vectors(LongStream.range(0, vocabulary).toArray(), scope)
                    .toFloatArray();
            float[] values = Objects.requireNonNull(prompt.parameters().get("prompt_embeddings"))
                    .toFloatArray();
            int width = all.length / vocabulary;
            return IntStream.range(0, values.length / width)
                    .mapToLong(token -> IntStream.range(0, vocabulary)
                            .filter(word -> Arrays.equals(
                                    all, word * width, (word + 1) * width, values, token * width, (token + 1) * width))
                            .findFirst()
                            .orElseThrow())
                    .toArray();
        }
    }

    @Test
    void ratesAreThoseOfTheirPapers() {
        Method plus = Settings.parse("kind = lora, lora-plus-ratio = 16", Methods::read);
        assertThat(plus.rate("x.lora_A.weight")).isEqualTo(1);
        assertThat(plus.rate("x.lora_B.weight")).isEqualTo(16);
    }

    @Test
    void patternsSayRanksAndScales() {
        Lora lora = (Lora) Settings.parse(
                "r = 4, lora-alpha = 8, use-rslora = true, rank-pattern { q_proj = 16 }, alpha-pattern { \"layers.0.*\" = 2 }",
                Methods::read);
        assertThat(lora.rank("model.layers.1.self_attn.q_proj")).isEqualTo(16);
        assertThat(lora.scale("model.layers.1.self_attn.q_proj")).isEqualTo(2);
        assertThat(lora.scale("model.layers.0.self_attn.v_proj")).isEqualTo(1);
        assertThat(lora.scale("model.layers.1.self_attn.v_proj")).isEqualTo(4);
    }

    @Test
    void modulesAreSavedAsAWhole() {
        String method = "target-modules = all-linear, modules-to-save = [embed_tokens, v_proj]";
        try (AdaptedModel adapted = adapted(method, "llama", HeadKind.CAUSAL_LM, List.of())) {
            assertThat(adapted.parameters())
                    .containsKeys("model.embed_tokens.weight", "model.layers.0.self_attn.v_proj.weight")
                    .doesNotContainKey("model.layers.0.self_attn.v_proj.lora_A.weight");
        }
        assertThatThrownBy(() -> adapted("modules-to-save = [wte]", "llama", HeadKind.CAUSAL_LM, List.of()))
                .isInstanceOf(AdapterException.class)
                .hasMessageContainingAll("modules-to-save names wte", "embed_tokens");
    }

    @Test
    void whatAMethodCanNotDoIsSaid() {
        ModelFolder encoder = TinyModels.read("bert-masked-lm");
        assertThatThrownBy(() -> new AdaptedModel(
                        encoder,
                        HeadKind.NONE,
                        List.of(),
                        new PromptTuning(new VirtualTokens(3, VirtualTokens.Init.WORDS)),
                        1,
                        Device.cpu()))
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining("prompt-tuning of an encoder");
        assertThatThrownBy(() -> adapted("kind = bitfit", "llama", HeadKind.CAUSAL_LM, List.of()))
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining("BitFit[] trains nothing");
        assertThatThrownBy(() -> adapted("r = 17, init-lora-weights = pissa", "llama", HeadKind.CAUSAL_LM, List.of()))
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining("a start of rank 17");
        assertThatThrownBy(() -> Settings.parse("use-dora = true, init-lora-weights = pissa", Methods::read))
                .hasMessageContaining("init-lora-weights is pissa with use-dora");
    }
}
