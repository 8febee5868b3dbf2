// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.Context;
import dev.graft.nn.Dense;
import dev.graft.nn.KeyValueCache;
import dev.graft.nn.Linear;
import dev.graft.nn.Pass;
import dev.graft.nn.Sublayer;
import dev.graft.nn.TokenBatch;
import dev.graft.nn.TokenLayout;
import dev.graft.nn.engine.GradMode;
import dev.graft.nn.engine.Gradients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each family against what transformers computed with a tiny model of it: src/test/python/tiny_architectures.py. */
class ArchitecturesTest {
    private static final Path FOLDERS = Path.of("src", "test", "resources", "architectures");
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<String> folders() throws IOException {
        try (Stream<Path> all = Files.list(FOLDERS)) {
            return all.map(each -> each.getFileName().toString()).sorted().toList().stream();
        }
    }

    /** A model, what transformers gave for it, and where its parameters live. */
    private record Loaded(Model model, Modules modules, JsonNode golden, NDManager manager) implements AutoCloseable {
        static Loaded of(String folder) throws IOException {
            return of(folder, json(folder, "config.json"), Adaptation.NONE);
        }

        static Loaded of(String folder, JsonNode config, Adaptation adaptation) throws IOException {
            NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
            Weights weights = Safetensors.read(FOLDERS.resolve(folder).resolve("model.safetensors"));
            Modules modules = new Modules(weights, folder, manager, adaptation);
            Model model = Architectures.build(config, folder + "/config.json", modules, kind(config));
            return new Loaded(model, modules, json(folder, "golden.json"), manager);
        }

        List<long[]> rows() {
            List<long[]> rows = new ArrayList<>();
            golden.get("cases").forEach(each -> rows.add(longs(each.get("ids"))));
            return rows;
        }

        @Override
        public void close() {
            manager.close();
        }
    }

    private static JsonNode json(String folder, String file) throws IOException {
        return JSON.readTree(FOLDERS.resolve(folder).resolve(file).toFile());
    }

    private static HeadKind kind(JsonNode config) {
        String name = config.get("architectures").get(0).asText();
        if (name.endsWith("ForSequenceClassification")) {
            return HeadKind.SEQUENCE;
        }
        if (name.endsWith("ForTokenClassification")) {
            return HeadKind.TOKENS;
        }
        return name.endsWith("ForMaskedLM") ? HeadKind.MASKED_LM : HeadKind.CAUSAL_LM;
    }

    private static long[] longs(JsonNode numbers) {
        return IntStream.range(0, numbers.size())
                .mapToLong(i -> numbers.get(i).asLong())
                .toArray();
    }

    private static float[] flat(JsonNode numbers) {
        List<Float> flat = new ArrayList<>();
        collect(numbers, flat);
        float[] values = new float[flat.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = flat.get(i);
        }
        return values;
    }

    private static void collect(JsonNode numbers, List<Float> to) {
        if (numbers.isArray()) {
            numbers.forEach(each -> collect(each, to));
        } else {
            to.add((float) numbers.asDouble());
        }
    }

    private static void assertClose(float[] given, float[] expected, double tolerance, String what) {
        assertThat(given).as(what).hasSize(expected.length);
        double most = 0;
        for (int i = 0; i < given.length; i++) {
            most = Math.max(most, Math.abs(given[i] - expected[i]));
        }
        assertThat(most).as(what).isLessThan(tolerance);
    }

    @Test
    void eachFamilyHasAFolder() throws IOException {
        Set<String> types = new TreeSet<>();
        for (String folder : folders().toList()) {
            types.add(json(folder, "config.json").get("model_type").asText());
        }
        assertThat(types).containsExactlyElementsOf(Architectures.modelTypes());
    }

    @ParameterizedTest
    @MethodSource("folders")
    void statesAndLogitsAgreeWithTransformersAloneAndPadded(String folder) throws IOException {
        try (Loaded loaded = Loaded.of(folder)) {
            List<long[]> rows = loaded.rows();
            for (int row = 0; row < rows.size(); row++) {
                JsonNode expected = loaded.golden.get("cases").get(row);
                try (NDManager scope = loaded.manager.newSubManager()) {
                    TokenBatch batch = TokenBatch.padded(List.of(rows.get(row)), scope);
                    Context context = Context.of(batch.layout(), scope, Pass.EVALUATION);
                    NDArray states = loaded.model.states(batch.ids(), context);
                    assertClose(states.toFloatArray(), flat(expected.get("hidden")), 1e-4, "states");
                    float[] logits = loaded.model.logits(states, context).toFloatArray();
                    assertClose(logits, flat(expected.get("logits")), 1e-4, "logits");
                }
            }
            for (boolean behind : new boolean[] {true, false}) {
                try (NDManager scope = loaded.manager.newSubManager()) {
                    TokenBatch batch = behind ? TokenBatch.padded(rows, scope) : TokenBatch.endingTogether(rows, scope);
                    Context context = Context.of(batch.layout(), scope, Pass.EVALUATION);
                    NDArray logits = loaded.model.logits(loaded.model.states(batch.ids(), context), context);
                    for (int row = 0; row < rows.size(); row++) {
                        JsonNode expected = loaded.golden.get("cases").get(row).get("logits");
                        NDArray own = logits.get(row);
                        if (own.getShape().dimension() == 2) { // of each token
                            int length = rows.get(row).length;
                            int from = behind ? 0 : batch.layout().tokens() - length;
                            own = own.get(from + ":" + (from + length));
                        }
                        assertClose(
                                own.toFloatArray(), flat(expected), 1e-4, "padded " + (behind ? "behind" : "before"));
                    }
                }
            }
        }
    }

    /** Files of transformers 4, as most published ones are, have keys of their own for what version 5 holds together. */
    @ParameterizedTest
    @MethodSource("folders")
    void theKeysOfOlderFilesSayTheSame(String folder) throws IOException {
        ObjectNode config = (ObjectNode) json(folder, "config.json");
        JsonNode rope = config.remove("rope_parameters");
        String type = config.get("model_type").asText();
        if (rope == null) {
            return;
        }
        if (rope.has("full_attention")) {
            boolean encoder = type.equals("modernbert");
            config.set(encoder ? "global_rope_theta" : "rope_theta", rope.at("/full_attention/rope_theta"));
            config.set(encoder ? "local_rope_theta" : "rope_local_base_freq", rope.at("/sliding_attention/rope_theta"));
        } else {
            ObjectNode scaling = (ObjectNode) rope;
            config.set("rope_theta", scaling.remove("rope_theta"));
            scaling.remove("partial_rotary_factor");
            if (scaling.path("rope_type").asText().equals("default")) {
                config.putNull("rope_scaling");
            } else {
                config.set("rope_scaling", scaling);
            }
        }
        config.remove("layer_types");
        if (type.equals("gemma3_text")) {
            config.remove("_sliding_window_pattern");
            config.put("sliding_window_pattern", 2);
        }
        config.put("torch_dtype", config.remove("dtype").asText());
        try (Loaded loaded = Loaded.of(folder, config, Adaptation.NONE);
                NDManager scope = loaded.manager.newSubManager()) {
            TokenBatch batch = TokenBatch.padded(List.of(loaded.rows().get(0)), scope);
            NDArray states = loaded.model.states(batch.ids(), Context.of(batch.layout(), scope, Pass.EVALUATION));
            assertClose(states.toFloatArray(), flat(loaded.golden.at("/cases/0/hidden")), 1e-4, folder);
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void textsInOneRowDoNotSeeEachOther(String folder) throws IOException {
        try (Loaded loaded = Loaded.of(folder);
                NDManager scope = loaded.manager.newSubManager()) {
            List<long[]> rows = loaded.rows();
            long[] packed = rows.stream().flatMapToLong(Arrays::stream).toArray();
            TokenLayout layout =
                    TokenLayout.packed(rows.stream().mapToInt(row -> row.length).toArray());
            NDArray states = loaded.model.states(
                    scope.create(packed, new Shape(1, packed.length)), Context.of(layout, scope, Pass.EVALUATION));
            List<Float> expected = new ArrayList<>();
            loaded.golden.get("cases").forEach(each -> collect(each.get("hidden"), expected));
            float[] given = states.toFloatArray();
            for (int i = 0; i < given.length; i++) {
                assertThat(given[i]).isCloseTo(expected.get(i), within(1e-4f));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void statesThatAreAskedForAloneAreThoseOfAll(String folder) throws IOException {
        try (Loaded loaded = Loaded.of(folder);
                NDManager scope = loaded.manager.newSubManager()) {
            TokenBatch batch = TokenBatch.padded(loaded.rows(), scope);
            Context context = Context.of(batch.layout(), scope, Pass.EVALUATION);
            NDArray all = loaded.model.states(batch.ids(), context); // (B, T, H)
            long[] places = batch.layout().ends();
            NDArray some = loaded.model.states(batch.ids(), context.only(places)); // (1, B, H)
            for (int i = 0; i < places.length; i++) {
                NDArray expected = all.reshape(-1, all.getShape().get(2)).get(places[i]); // (H)
                assertThat(some.get(0, i).toFloatArray()).containsExactly(expected.toFloatArray(), within(1e-5f));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void gradientsAgreeWithTransformers(String folder) throws IOException {
        try (Loaded loaded = Loaded.of(folder);
                NDManager scope = loaded.manager.newSubManager()) {
            JsonNode golden = loaded.golden.get("gradients");
            Map<String, NDArray> arrays = loaded.modules.arrays();
            golden.get("at")
                    .fieldNames()
                    .forEachRemaining(
                            name -> Objects.requireNonNull(arrays.get(name)).setRequiresGradient(true));
            HeadKind kind = kind(json(folder, "config.json"));
            TokenBatch batch = TokenBatch.padded(loaded.rows(), scope);
            NDList losses = new NDList();
            try (GradMode on = GradMode.on()) {
                Context context = Context.of(batch.layout(), scope, Pass.EVALUATION);
                NDArray logits = loaded.model.logits(loaded.model.states(batch.ids(), context), context);
                for (int row = 0; row < loaded.rows().size(); row++) {
                    losses.add(losses(kind, logits.get(row), loaded.rows().get(row)));
                }
                NDArray loss = losses.get(0).concat(losses.get(1)).mean();
                assertThat(loss.getFloat()).isCloseTo((float) golden.get("loss").asDouble(), within(1e-4f));
                Gradients.backward(loss);
            }
            golden.get("at").fields().forEachRemaining(each -> {
                NDArray gradient =
                        Objects.requireNonNull(arrays.get(each.getKey())).getGradient();
                boolean turned =
                        folder.startsWith("gpt2") && gradient.getShape().dimension() == 2;
                NDArray stored = turned ? gradient.transpose() : gradient;
                assertClose(stored.toFloatArray(), flat(each.getValue()), 1e-3, each.getKey());
            });
        }
    }

    /** The negative log-likelihoods that the script takes the mean of. */
    private static NDArray losses(HeadKind kind, NDArray logits, long[] ids) {
        NDManager scope = logits.getManager();
        return switch (kind) {
            case CAUSAL_LM ->
                unlikely(logits.get("0:" + (ids.length - 1)), scope.create(Arrays.copyOfRange(ids, 1, ids.length)));
            case MASKED_LM -> unlikely(logits.get("0:" + ids.length), scope.create(ids));
            case TOKENS -> {
                long[] ones = new long[ids.length];
                Arrays.fill(ones, 1);
                yield unlikely(logits.get("0:" + ids.length), scope.create(ones));
            }
            case SEQUENCE -> unlikely(logits.expandDims(0), scope.create(new long[] {1}));
            case NONE -> throw new IllegalStateException();
        };
    }

    private static NDArray unlikely(NDArray logits, NDArray expected) {
        return logits.logSoftmax(-1).gather(expected.expandDims(1), 1).neg().flatten();
    }

    static Stream<String> decoders() throws IOException {
        return folders().filter(folder -> {
            try {
                return kind(json(folder, "config.json")) == HeadKind.CAUSAL_LM;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void stepByStepWithTheCacheItGivesTheSameLogits(String folder) throws IOException {
        try (Loaded loaded = Loaded.of(folder);
                NDManager scope = loaded.manager.newSubManager();
                KeyValueCache cache = new KeyValueCache(scope)) {
            long[] ids = loaded.rows().get(0);
            float[] expected = flat(loaded.golden.get("cases").get(0).get("logits"));
            List<Float> given = new ArrayList<>();
            for (int from = 0; from < ids.length; from += from == 0 ? 3 : 1) {
                long[] part = Arrays.copyOfRange(ids, from, from == 0 ? 3 : from + 1);
                int[] positions = IntStream.range(from, from + part.length).toArray();
                TokenLayout layout = new TokenLayout(1, part.length, positions, new int[part.length]);
                Context context = Context.of(layout, cache, scope);
                NDArray states = loaded.model.states(scope.create(part, new Shape(1, part.length)), context);
                for (float logit : loaded.model.logits(states, context).toFloatArray()) {
                    given.add(logit);
                }
            }
            assertThat(given).hasSize(expected.length);
            for (int i = 0; i < expected.length; i++) {
                assertThat(given.get(i)).isCloseTo(expected[i], within(1e-4f));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void aMethodIsAskedForEachMapAndEachSublayer(String folder) throws IOException {
        Set<String> maps = new TreeSet<>();
        Set<String> sublayers = new TreeSet<>();
        Adaptation noting = new Adaptation() {
            @Override
            public Linear linear(String name, Dense base) {
                assertThat(maps.add(name)).isTrue();
                return base;
            }

            @Override
            public Sublayer sublayer(String name, Sublayer base) {
                assertThat(sublayers.add(name)).isTrue();
                return base;
            }
        };
        try (Loaded loaded = Loaded.of(folder, json(folder, "config.json"), noting)) {
            int layers = loaded.model.transformer().layers().size();
            assertThat(sublayers).hasSize(2 * layers);
            loaded.modules.arrays().forEach((name, array) -> {
                String module = name.replaceFirst("\\.(weight|bias)$", "");
                boolean inLayer = name.matches(".*(layers?|h)\\.\\d+\\..*");
                if (inLayer && array.getShape().dimension() == 2) {
                    assertThat(maps).contains(module);
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void aKeyThatIsNotUnderstoodAndATensorWithoutAPlaceAreNamed(String folder) throws IOException {
        ObjectNode config = (ObjectNode) json(folder, "config.json");
        config.put("attention_multiplier", 0.5);
        assertThatThrownBy(() -> Loaded.of(folder, config, Adaptation.NONE))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(folder, "attention_multiplier is 0.5");
        Weights weights = Safetensors.read(FOLDERS.resolve(folder).resolve("model.safetensors"));
        List<Tensor> more = new ArrayList<>(weights.tensors());
        more.add(Tensor.of("model.layers.0.surprise.weight", new long[] {1}, 1f));
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Modules modules = new Modules(new Weights(more), folder, manager, Adaptation.NONE);
            JsonNode plain = json(folder, "config.json");
            assertThatThrownBy(() -> Architectures.build(plain, "config.json", modules, kind(plain)))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("model.layers.0.surprise.weight");
        }
    }
}
