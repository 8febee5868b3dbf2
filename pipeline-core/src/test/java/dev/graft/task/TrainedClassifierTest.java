// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.adapt.AdapterFolder;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters that PEFT wrote, against the logits that PEFT computes with them; and what is refused. */
class TrainedClassifierTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path RESOURCES = Path.of("src", "test", "resources");
    private static final List<String> LABELS = List.of("refund", "praise", "other");
    private static final BaseModel BASE =
            BaseModel.load(RESOURCES.resolve("tiny-bert").toString());

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"plain", "rslora", "dora", "patterns", "regex", "all-linear", "pissa"})
    void givesTheLogitsOfPeft(String name) throws IOException {
        Path adapter = RESOURCES.resolve("adapters").resolve(name);
        JsonNode golden = JSON.readTree(adapter.resolve("golden.json").toFile());
        List<String> texts = List.of(JSON.treeToValue(golden.get("texts"), String[].class));
        float[][] expected = JSON.treeToValue(golden.get("logits"), float[][].class);
        try (TextClassifier classifier =
                TextClassifier.trained(BASE.files(), AdapterFolder.read(adapter, LABELS), 64, Device.cpu())) {
            float[][] logits = classifier.logits(texts);
            double[][] probabilities = classifier.probabilities(texts);
            for (int i = 0; i < expected.length; i++) {
                assertThat(logits[i]).as(texts.get(i)).containsExactly(expected[i], within(2e-5f));
                assertThat(probabilities[i][0] + probabilities[i][1] + probabilities[i][2])
                        .isCloseTo(1, within(1e-12));
            }
        }
    }

    @Test
    void labelsAreReadWhereSomebodyNamesThem() throws IOException {
        Path adapter = copy();
        refused(adapter, List.of()).hasMessageContainingAll("does not name the classes", "classifier.json", "labels =");
        String names = "{\"0\": \"x\", \"1\": \"y\", \"2\": \"z\"}";
        Files.writeString(adapter.resolve("config.json"), "{\"model_type\": \"bert\", \"id2label\": " + names + "}");
        assertThat(AdapterFolder.read(adapter, List.of()).labels()).containsExactly("x", "y", "z");
        refused(adapter, List.of("y", "x", "z")).hasMessageContainingAll("labels is [y, x, z]", "says [x, y, z]");
        config(
                adapter,
                config ->
                        config.putObject("id2label").put("0", "k").put("1", "l").put("2", "m"));
        assertThat(AdapterFolder.read(adapter, List.of()).labels()).containsExactly("k", "l", "m");
        classifier(adapter, "{\"id2label\": {\"0\": \"a\", \"1\": \"b\", \"2\": \"c\"}, \"max_length\": 9}");
        assertThat(AdapterFolder.read(adapter, List.of()).labels()).containsExactly("a", "b", "c");
        assertThat(AdapterFolder.read(adapter, List.of()).maxLength()).hasValue(9);
    }

    @Test
    void labelsThatFitNothingAreRefused() throws IOException {
        Path adapter = copy();
        refused(adapter, List.of("a", "b")).hasMessageContainingAll("classifier.weight is [3, 32]", "[a, b]");
        refused(adapter, List.of("a", "b", "c", "d")).hasMessageContaining("one row a class");
        refused(adapter, List.of("a", "b", "a")).hasMessageContaining("each once");
        classifier(adapter, "{\"id2label\": {\"0\": \"a\", \"2\": \"b\", \"1\": \"\"}}");
        refused(adapter, List.of()).hasMessageContainingAll("classifier.json", "each once");
        classifier(adapter, "{\"id2label\": {\"0\": \"a\", \"1\": \"b\", \"3\": \"c\"}}");
        refused(adapter, List.of()).hasMessageContaining("allowed are the ids 0 to 2");
        classifier(adapter, "{\"id2label\": {\"0\": \"a\", \"0\": \"b\", \"1\": \"c\"}}");
        refused(adapter, List.of()).hasMessageContaining("Duplicate field '0'");
        classifier(
                adapter,
                "{\"id2label\": {\"0\": \"a\", \"1\": \"b\", \"2\": \"c\"}, \"label2id\": {\"b\": 0, \"a\": 1, \"c\": 2}}");
        refused(adapter, List.of()).hasMessageContaining("the inverse of id2label");
        classifier(adapter, "{\"id2label\": {\"0\": \"a\", \"1\": \"b\", \"2\": \"c\"}, \"max_length\": \"long\"}");
        refused(adapter, List.of()).hasMessageContaining("max_length is \"long\"");
        classifier(adapter, "{\"id2label\": {\"0\": \"a\", \"1\": \"b\", \"2\": \"c\"}, \"pooling\": \"max\"}");
        refused(adapter, List.of())
                .hasMessageContaining("pooling is \"max\"; allowed is \"first\", \"last\" or \"mean\"");
        classifier(adapter, "{\"id2label\": {\"0\": \"a\", \"1\": \"b\", \"2\": \"c\"}, \"polling\": \"mean\"}");
        refused(adapter, List.of()).hasMessageContaining("unexpected keys [polling]");
        classifier(adapter, "{\"id2label\": ");
        refused(adapter, List.of()).hasMessageContaining("is not JSON");
    }

    @Test
    void keysOfTheConfigurationAreUnderstoodOrRefusedByName() throws IOException {
        refusedConfig(config -> config.put("bias", "all")).hasMessageContaining("bias is \"all\"; allowed is none");
        refusedConfig(config -> config.put("task_type", "CAUSAL_LM")).hasMessageContaining("allowed is SEQ_CLS");
        refusedConfig(config -> config.put("peft_type", "IA3"))
                .hasMessageContaining("r is 4; allowed is to leave it out");
        refusedConfig(config -> config.put("r", 0)).hasMessageContaining("r is 0");
        refusedConfig(config -> config.put("r", 4.5)).hasMessageContaining("r is 4.5");
        refusedConfig(config -> config.remove("lora_alpha")).hasMessageContaining("lora_alpha is missing");
        refusedConfig(config -> config.put("lora_alpha", -1)).hasMessageContaining("lora_alpha is -1");
        refusedConfig(config -> config.put("use_rslora", "yes")).hasMessageContaining("use_rslora is \"yes\"");
        for (String start : List.of("pissa_niter_4", "olora", "corda", "loftq", "lora_ga", "mica")) {
            refusedConfig(config -> config.put("init_lora_weights", start))
                    .hasMessageContaining("init_lora_weights is \"" + start + "\"");
        }
        for (String flag : List.of("lora_bias", "use_qalora", "of_tomorrow")) {
            refusedConfig(config -> config.put(flag, true)).hasMessageContaining(flag + " is true");
        }
        refusedConfig(config -> config.putArray("layers_to_transform").add(1))
                .hasMessageContaining("layers_to_transform");
        refusedConfig(config -> config.putArray("modules_to_save").add("embeddings"))
                .hasMessageContainingAll("missing keys", "bert.embeddings.word_embeddings.weight");
        refusedConfig(config -> config.put("target_modules", "(")).hasMessageContaining("target_modules is \"(\"");
        refusedConfig(config -> config.putArray("target_modules").add(3)).hasMessageContaining("target_modules is [3]");
        refusedConfig(config -> config.putObject("rank_pattern").put("query", "two"))
                .hasMessageContaining("rank_pattern");
        refusedConfig(config -> config.put("r", 0).put("bias", "all")).hasMessageContainingAll("r is 0", "bias is");
    }

    @Test
    void ranksAreThoseOfTheFileBeforeAnythingIsAllocated() throws IOException {
        refusedConfig(config -> config.put("r", 3)).hasMessageContainingAll("lora_A.weight is [4, 32]", "r is 3");
        refusedConfig(config -> config.put("r", 20_000_000)).hasMessageContaining("r is 20000000");
        refusedConfig(config -> config.putObject("rank_pattern").put("value", 8))
                .hasMessageContainingAll("value.lora_A.weight is [4, 32]", "r is 8");
    }

    @Test
    void adaptedIsWhatTheConfigurationSaysAndNothingElse() throws IOException {
        refusedConfig(config -> config.putArray("target_modules").add("query"))
                .hasMessageContainingAll("unexpected keys [base_model.model.bert.encoder.layer.0.attention.self.value");
        refusedConfig(config -> config.putArray("target_modules")
                        .add("query")
                        .add("value")
                        .add("key"))
                .hasMessageContainingAll(
                        "missing keys [base_model.model.bert.encoder.layer.0.attention.self.key.lora_A");
        refusedConfig(config -> config.put("use_dora", true)).hasMessageContaining("lora_magnitude_vector");
        refusedConfig(config -> config.put("exclude_modules", ".*layer\\.0.*")).hasMessageContaining("unexpected keys");
    }

    @Test
    void tensorsThatAreNotTheModelsAreRefused() throws IOException {
        String query = "layer.0.attention.self.query.lora_";
        refusedTensors(named(query + "B"), t -> shaped(t, 1, 4))
                .hasMessageContainingAll("query.lora_B.weight is [1, 4]", "but the model has [32, 4]");
        refusedTensors(named(query + "A"), t -> shaped(t, 4, 8))
                .hasMessageContainingAll("query.lora_A.weight is [4, 8]", "but the model has [4, 32]");
        refusedTensors(named(query + "A"), t -> t.named(t.name().replace("layer.0", "layer.7")))
                .hasMessageContainingAll("missing keys [", "unexpected keys [", "layer.7");
        refusedTensors(named("classifier.bias"), t -> t.named("classifier.bias"))
                .hasMessageContainingAll("unexpected keys [classifier.bias]", "base_model.model.");
        refusedTensors(named("classifier.weight"), t -> shaped(t, 3, 31)).hasMessageContaining("[3, 31]");
        refusedTensors(named("classifier.weight"), t -> t.named("base_model.model." + "score.weight"))
                .hasMessageContaining("missing keys [base_model.model.classifier.weight]");
        refusedTensors(named("pooler"), t -> t.named(t.name().replace("pooler", "pool")))
                .hasMessageContaining("missing keys [base_model.model.bert.pooler.dense.bias");
        for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            refusedTensors(named(query + "B"), t -> {
                        float[] values = t.values();
                        values[5] = value;
                        return Tensor.of(t.name(), t.shape(), values);
                    })
                    .hasMessageContainingAll("query.lora_B.weight has a value that is " + value, "finite");
        }
    }

    @Test
    void filesThatAreMissingOrCutOffAreNamed() throws IOException {
        Path adapter = copy();
        Path tensors = adapter.resolve("adapter_model.safetensors");
        byte[] whole = Files.readAllBytes(tensors);
        Files.write(tensors, java.util.Arrays.copyOf(whole, whole.length - 1));
        refused(adapter, LABELS).hasMessageContaining("adapter_model.safetensors");
        Files.delete(tensors);
        refused(adapter, LABELS).hasMessageContaining("has no adapter_model.safetensors");
        Path config = adapter.resolve("adapter_config.json");
        Files.write(tensors, whole);
        Files.writeString(config, Files.readString(config).replace("\"r\":4", "\"r\":4,\"r\":2"));
        refused(adapter, LABELS).hasMessageContaining("Duplicate field 'r'");
    }

    private static Predicate<Tensor> named(String part) {
        return tensor -> tensor.name().contains(part);
    }

    private static Tensor shaped(Tensor tensor, int rows, int columns) {
        return Tensor.of(tensor.name(), new long[] {rows, columns}, new float[rows * columns]);
    }

    /** A copy of the plain adapter that may be damaged. */
    private Path copy() throws IOException {
        Path adapter = Files.createTempDirectory(folder, "adapter");
        for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
            Files.copy(RESOURCES.resolve("adapters/plain").resolve(file), adapter.resolve(file));
        }
        config(adapter, config -> {}); // in one line
        return adapter;
    }

    private static void config(Path adapter, Consumer<ObjectNode> change) throws IOException {
        Path file = adapter.resolve("adapter_config.json");
        ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
        change.accept(config);
        JSON.writeValue(file.toFile(), config);
    }

    private static void classifier(Path adapter, String json) throws IOException {
        Files.writeString(adapter.resolve("classifier.json"), json);
    }

    private AbstractThrowableAssert<?, ?> refusedConfig(Consumer<ObjectNode> change) throws IOException {
        Path adapter = copy();
        config(adapter, change);
        return refused(adapter, LABELS);
    }

    private AbstractThrowableAssert<?, ?> refusedTensors(Predicate<Tensor> which, UnaryOperator<Tensor> change)
            throws IOException {
        Path adapter = copy();
        Path file = adapter.resolve("adapter_model.safetensors");
        List<Tensor> changed = new ArrayList<>();
        Safetensors.read(file).tensors().forEach(t -> changed.add(which.test(t) ? change.apply(t) : t));
        Safetensors.write(file, new Weights(changed), Map.of("format", "pt"));
        return refused(adapter, LABELS);
    }

    private static AbstractThrowableAssert<?, ?> refused(Path adapter, List<String> labels) {
        return assertThatThrownBy(() -> TextClassifier.trained(
                                BASE.files(), AdapterFolder.read(adapter, labels), 64, Device.cpu())
                        .close())
                .isInstanceOf(CheckpointException.class);
    }
}
