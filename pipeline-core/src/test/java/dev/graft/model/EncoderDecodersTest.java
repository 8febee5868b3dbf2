// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.Context;
import dev.graft.nn.Dense;
import dev.graft.nn.Linear;
import dev.graft.nn.Memory;
import dev.graft.nn.Pass;
import dev.graft.nn.Sublayer;
import dev.graft.nn.TokenBatch;
import dev.graft.nn.engine.GradMode;
import dev.graft.nn.engine.Gradients;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each family against what transformers computed with a tiny model of it: src/test/python/tiny_translators.py. */
class EncoderDecodersTest {
    private static final Path FOLDERS = Path.of("src", "test", "resources", "translators");
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Loaded(EncoderDecoder model, Modules modules, JsonNode golden, NDManager manager)
            implements AutoCloseable {
        static Loaded of(String folder, Adaptation adaptation) throws IOException {
            return of(folder, json(folder, "config.json"), adaptation);
        }

        static Loaded of(String folder, JsonNode config, Adaptation adaptation) throws IOException {
            NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
            Weights weights = ModelFolder.ofTranslator(FOLDERS.resolve(folder)).weights();
            Modules modules = new Modules(weights, folder, manager, adaptation);
            EncoderDecoder model = EncoderDecoders.build(config, folder + "/config.json", modules);
            return new Loaded(model, modules, json(folder, "golden.json"), manager);
        }

        List<long[]> rows(String side) {
            List<long[]> rows = new ArrayList<>();
            golden.get("cases")
                    .forEach(each -> rows.add(LongStream.range(0, each.get(side).size())
                            .map(i -> each.get(side).get((int) i).asLong())
                            .toArray()));
            return rows;
        }

        /** States of the sources and logits of the targets, in one batch. */
        NDList outputs(List<long[]> sources, List<long[]> targets, NDManager scope) {
            TokenBatch read = TokenBatch.padded(sources, scope);
            NDArray states = model.encode(read.ids(), Context.of(read.layout(), scope, Pass.EVALUATION));
            TokenBatch written = TokenBatch.padded(targets, scope);
            Memory memory = Memory.of(states, read.layout());
            NDArray logits = model.logits(written.ids(), Context.of(written.layout(), memory, scope, Pass.EVALUATION));
            return new NDList(states, logits);
        }

        @Override
        public void close() {
            manager.close();
        }
    }

    private static JsonNode json(String folder, String file) throws IOException {
        return JSON.readTree(FOLDERS.resolve(folder).resolve(file).toFile());
    }

    private static void assertClose(NDArray given, JsonNode expected, double tolerance, String what) {
        float[] values = given.toFloatArray();
        List<Double> flat = new ArrayList<>();
        collect(expected, flat);
        assertThat(values).as(what).hasSize(flat.size());
        double most = IntStream.range(0, values.length)
                .mapToDouble(i -> Math.abs(values[i] - flat.get(i)))
                .max()
                .orElse(0);
        assertThat(most).as(what).isLessThan(tolerance);
    }

    private static void collect(JsonNode numbers, List<Double> to) {
        if (numbers.isArray()) {
            numbers.forEach(each -> collect(each, to));
        } else {
            to.add(numbers.asDouble());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"marian", "marian-apart", "opus-mt", "m2m-100", "nllb"})
    void statesAndLogitsAgreeWithTransformersAloneAndPadded(String folder) throws IOException {
        try (Loaded loaded = Loaded.of(folder, Adaptation.NONE);
                NDManager scope = loaded.manager.newSubManager()) {
            List<long[]> sources = loaded.rows("source");
            List<long[]> targets = loaded.rows("decoder");
            NDList padded = loaded.outputs(sources, targets, scope);
            for (int row = 0; row < sources.size(); row++) {
                JsonNode expected = loaded.golden.get("cases").get(row);
                NDList alone = loaded.outputs(List.of(sources.get(row)), List.of(targets.get(row)), scope);
                assertClose(alone.get(0), expected.get("encoder"), 1e-4, "states");
                assertClose(alone.get(1), expected.get("logits"), 1e-4, "logits");
                NDArray states = padded.get(0).get(row).get("0:" + sources.get(row).length);
                NDArray logits = padded.get(1).get(row).get("0:" + targets.get(row).length);
                assertClose(states, expected.get("encoder"), 1e-4, "padded states");
                assertClose(logits, expected.get("logits"), 1e-4, "padded logits");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"marian", "marian-apart", "opus-mt", "m2m-100", "nllb"})
    void gradientsAgreeWithTransformers(String folder) throws IOException {
        try (Loaded loaded = Loaded.of(folder, Adaptation.NONE);
                NDManager scope = loaded.manager.newSubManager()) {
            JsonNode golden = loaded.golden.get("gradients");
            golden.get("at")
                    .fieldNames()
                    .forEachRemaining(name -> Objects.requireNonNull(
                                    loaded.modules.arrays().get(name))
                            .setRequiresGradient(true));
            List<long[]> targets = loaded.rows("decoder");
            try (GradMode on = GradMode.on()) {
                NDArray logits =
                        loaded.outputs(loaded.rows("source"), targets, scope).get(1);
                NDList losses = new NDList();
                for (int row = 0; row < targets.size(); row++) {
                    long[] ids = targets.get(row);
                    NDArray next = scope.create(Arrays.copyOfRange(ids, 1, ids.length));
                    NDArray own = logits.get(row).get("0:" + (ids.length - 1));
                    losses.add(own.logSoftmax(-1)
                            .gather(next.expandDims(1), 1)
                            .neg()
                            .flatten());
                }
                NDArray loss = losses.get(0).concat(losses.get(1)).mean();
                assertThat(loss.getFloat()).isCloseTo((float) golden.get("loss").asDouble(), within(1e-4f));
                Gradients.backward(loss);
            }
            golden.get("at").properties().forEach(each -> {
                NDArray parameter =
                        Objects.requireNonNull(loaded.modules.arrays().get(each.getKey()));
                assertClose(parameter.getGradient(), each.getValue(), 1e-3, each.getKey());
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"marian", "marian-apart", "opus-mt", "m2m-100", "nllb"})
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
        try (Loaded loaded = Loaded.of(folder, noting)) {
            assertThat(sublayers).hasSize(2 * 2 + 2 * 3);
            loaded.modules.arrays().forEach((name, array) -> {
                if (name.contains(".layers.") && array.getShape().dimension() == 2) {
                    assertThat(maps).contains(name.replaceFirst("\\.weight$", ""));
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"marian", "marian-apart", "opus-mt", "m2m-100", "nllb"})
    void aKeyThatIsNotUnderstoodAndATensorWithoutAPlaceAreNamed(String folder) throws IOException {
        ObjectNode config = (ObjectNode) json(folder, "config.json");
        config.put("attention_multiplier", 0.5);
        assertThatThrownBy(() -> Loaded.of(folder, config, Adaptation.NONE))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(folder, "attention_multiplier is 0.5");
        Weights weights = ModelFolder.ofTranslator(FOLDERS.resolve(folder)).weights();
        List<Tensor> more = new ArrayList<>(weights.tensors());
        more.add(Tensor.of("model.decoder.layers.0.surprise.weight", new long[] {1}, 1f));
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Modules modules = new Modules(new Weights(more), folder, manager, Adaptation.NONE);
            JsonNode plain = json(folder, "config.json");
            assertThatThrownBy(() -> EncoderDecoders.build(plain, "config.json", modules))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("model.decoder.layers.0.surprise.weight");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"t5", "bert"})
    void anotherKindOfModelIsRefusedWithWhatIsAllowed(String type) throws IOException {
        ObjectNode config = (ObjectNode) json("marian", "config.json");
        config.put("model_type", type);
        assertThatThrownBy(() -> Loaded.of("marian", config, Adaptation.NONE))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll("\"" + type + "\"", "m2m_100, marian");
    }
}
