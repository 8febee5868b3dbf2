// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.config.Settings;
import dev.graft.model.HeadKind;
import dev.graft.nn.Quantization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** PEFT's folders both ways; what PEFT itself computes with what is written here is asked by src/test/python/peft_methods.py. */
class AdapterFolderTest {
    private static final List<String> LABELS = List.of("yes", "no", "maybe");
    private static final Path GOLDEN = Path.of("src", "test", "resources", "peft");
    private static final Path ADAPTERHUB = Path.of("src", "test", "resources", "adapterhub");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    static Stream<Arguments> stored() {
        return MethodsTest.each().filter(each -> isStored(each.get()[0].toString(), each.get()[1].toString()));
    }

    static boolean isStored(String method, String family) {
        return !method.contains("virtual") || TinyModels.head(family) == HeadKind.CAUSAL_LM;
    }

    private static AdaptedModel trained(String method, String family, HeadKind head) {
        AdaptedModel model = new AdaptedModel(
                TinyModels.read(family),
                head,
                head == HeadKind.SEQUENCE || head == HeadKind.TOKENS ? LABELS : List.of(),
                Settings.parse(method, Methods::read),
                1,
                Device.cpu());
        if (method.contains("gradient")) {
            model.start(() -> TinyModels.backward(model));
        }
        // What LoRA starts with is not learnt and stays.
        TinyModels.disturb(model, 3);
        return model;
    }

    @ParameterizedTest
    @MethodSource("stored")
    void whatIsWrittenGivesTheSameWhenItIsRead(String method, String family) throws IOException {
        for (HeadKind head : List.of(TinyModels.head(family), HeadKind.NONE, HeadKind.SEQUENCE)) {
            if (method.contains("head-only") && head != HeadKind.SEQUENCE) {
                continue; // nothing is left to train where there is no head, or it is the embeddings
            }
            Path adapter = folder.resolve("adapter");
            try (AdaptedModel model = trained(method, family, head)) {
                AdapterFolder.write(adapter, model);
                AdapterFolder read = AdapterFolder.read(adapter, List.of());
                assertThat(read.head()).isEqualTo(head);
                assertThat(read.labels()).isEqualTo(model.labels());
                try (AdaptedModel again = read.on(TinyModels.read(family), Device.cpu())) {
                    float[] outputs = TinyModels.outputs(again);
                    assertThat(outputs).containsExactly(TinyModels.outputs(model), within(1e-4f));
                }
                if (read.method() instanceof Lora lora) {
                    assertThat(lora.start()).isEqualTo(LoraStart.NOISE);
                }
            }
            try (var files = Files.list(folder)) {
                assertThat(files).containsExactly(adapter);
            }
        }
    }

    @Test
    void targetsAreWrittenAsShortAsTheyCanBe() throws IOException {
        assertThat(targets("kind = lora", "llama", HeadKind.CAUSAL_LM))
                .hasToString("[\"down_proj\",\"gate_proj\",\"k_proj\",\"o_proj\",\"q_proj\",\"up_proj\",\"v_proj\"]");
        // "dense" would be the pooler's as well.
        assertThat(targets("kind = lora", "bert-sequence", HeadKind.SEQUENCE))
                .hasToString("[\"intermediate.dense\",\"key\",\"output.dense\",\"query\",\"value\"]");
        assertThat(targets("target-modules = \".*layers.1.*(q|k)_proj\"", "llama", HeadKind.NONE))
                .hasToString("[\"1.self_attn.k_proj\",\"1.self_attn.q_proj\"]");
    }

    private JsonNode targets(String method, String family, HeadKind head) throws IOException {
        try (AdaptedModel model = trained(method, family, head)) {
            AdapterFolder.write(folder.resolve("adapter"), model);
        }
        return JSON.readTree(folder.resolve("adapter/adapter_config.json").toFile())
                .get("target_modules");
    }

    static Stream<Path> golden() throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path place : List.of(GOLDEN, ADAPTERHUB)) {
            try (Stream<Path> folders = Files.list(place)) {
                all.addAll(folders.sorted().toList());
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("golden")
    void whatOthersWroteGivesTheirLogits(Path given) throws IOException {
        JsonNode golden = JSON.readTree(given.resolve("golden.json").toFile());
        List<String> labels = List.of(JSON.treeToValue(golden.get("labels"), String[].class));
        AdapterFolder adapter = AdapterFolder.read(given, labels);
        assertThat(adapter.labels()).isEqualTo(labels);
        try (AdaptedModel model =
                adapter.on(TinyModels.read(golden.get("family").asText()), Device.cpu())) {
            for (JsonNode each : golden.get("cases")) {
                long[] ids = JSON.treeToValue(each.get("ids"), long[].class);
                float[] expected = JSON.treeToValue(each.get("outputs"), float[].class);
                assertThat(TinyModels.outputs(model, List.of(ids))).containsExactly(expected, within(1e-4f));
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefusedByName() throws IOException {
        refused(json -> json.put("use_rslra", true))
                .hasMessageContaining("use_rslra is true; allowed is to leave it out");
        refused(json -> json.put("bias", "all").put("r", 0)).hasMessageContainingAll("bias is \"all\"", "r is 0");
        refused(json -> json.put("peft_type", "LOHA"))
                .hasMessageContaining(
                        "peft_type is \"LOHA\"; allowed is one of [IA3, LORA, PREFIX_TUNING, PROMPT_TUNING]");
        refused(json -> json.put("task_type", "QUESTION_ANS")).hasMessageContaining("task_type is \"QUESTION_ANS\"");
        refused(json -> json.putArray("target_modules").add("query")).hasMessageContaining("names query, which");
        refused(json -> json.putArray("target_modules").add("q_proj"))
                .hasMessageContainingAll("unexpected keys", "k_proj.lora_A");
        refused(json -> json.put("r", 5)).hasMessageContaining("down_proj.lora_A.weight is [4, 24], but r is 5");
        refused(json -> json.put("use_dora", true)).hasMessageContainingAll("missing keys", "lora_magnitude_vector");
        refused(json -> json.put("init_lora_weights", "olora")).hasMessageContaining("init_lora_weights is \"olora\"");
    }

    private AbstractThrowableAssert<?, ?> refused(Consumer<ObjectNode> change) throws IOException {
        Path adapter = folder.resolve("adapter");
        try (AdaptedModel model = trained("kind = lora, r = 4", "llama", HeadKind.CAUSAL_LM)) {
            AdapterFolder.write(adapter, model);
        }
        Path config = adapter.resolve("adapter_config.json");
        ObjectNode json = (ObjectNode) JSON.readTree(config.toFile());
        change.accept(json);
        JSON.writeValue(config.toFile(), json);
        return assertThatThrownBy(
                        () -> AdapterFolder.read(adapter, List.of()).on(TinyModels.read("llama"), Device.cpu()))
                .isInstanceOf(AdapterException.class);
    }

    @Test
    void aKeyTooManyOrTooFewIsNamed() throws IOException {
        Path adapter = folder.resolve("adapter");
        try (AdaptedModel model = trained("kind = ia3", "qwen2", HeadKind.TOKENS)) {
            AdapterFolder.write(adapter, model);
        }
        Path file = adapter.resolve("adapter_model.safetensors");
        List<Tensor> tensors = new ArrayList<>(Safetensors.read(file).tensors());
        Tensor head = tensors.stream()
                .filter(each -> each.name().endsWith("score.weight"))
                .findFirst()
                .orElseThrow();
        tensors.remove(head);
        tensors.add(head.named("base_model.model.scores.weight"));
        Safetensors.write(adapter.resolve("other"), new Weights(tensors), Map.of());
        Files.move(adapter.resolve("other"), file, StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> AdapterFolder.read(adapter, List.of()).on(TinyModels.read("qwen2"), Device.cpu()))
                .isInstanceOf(AdapterException.class)
                .hasMessageContainingAll(
                        "missing keys [base_model.model.score.weight]",
                        "unexpected keys [base_model.model.scores.weight]");
    }

    @Test
    void anotherBaseIsRefusedByItsHash() throws IOException {
        Path adapter = folder.resolve("adapter");
        try (AdaptedModel model =
                trained("kind = lora, r = 4, target-modules = [q_proj]", "llama", HeadKind.SEQUENCE)) {
            AdapterFolder.write(adapter, model);
        }
        JsonNode manifest =
                JSON.readTree(adapter.resolve("adapter_manifest.json").toFile());
        assertThat(manifest.at("/coverage/q_proj").asText()).isEqualTo("2 of 2");
        assertThat(manifest.at("/coverage/v_proj").asText()).isEqualTo("0 of 2");
        assertThat(manifest.get("labels")).hasToString("[\"yes\",\"no\",\"maybe\"]");
        assertThat(manifest.get("norms")
                        .get("base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight")
                        .asDouble())
                .isGreaterThan(0.5);
        assertThat(adapter.resolve("model-card.md")).content().contains("yes, no, maybe", "library_name: peft");
        ModelFolder files = TinyModels.read("llama");
        List<Tensor> tensors = new ArrayList<>(files.weights().tensors());
        Tensor last = tensors.remove(0);
        float[] values = last.values();
        values[0] += 1;
        tensors.add(Tensor.of(last.name(), last.shape(), values));
        ModelFolder other = new ModelFolder(
                files.folder(), files.config(), new Weights(tensors), files.tokenizer(), files.chatTemplate());
        assertThatThrownBy(() -> AdapterFolder.read(adapter, List.of()).on(other, Device.cpu()))
                .isInstanceOf(AdapterException.class)
                .hasMessageContainingAll("was trained on", "the same base model");
    }

    @Test
    void whatIsNotFiniteIsNotWritten() {
        for (String method : List.of("kind = lora", "kind = bottleneck", "kind = full")) {
            try (AdaptedModel model = trained(method, "llama", HeadKind.CAUSAL_LM)) {
                model.parameters().values().forEach(each -> each.addi(Float.NaN));
                assertThatThrownBy(() -> AdapterFolder.write(folder.resolve("adapter"), model))
                        .hasMessageContaining("finite");
            }
        }
        assertThat(folder).isEmptyDirectory();
    }

    /** Which transformers has no class for. */
    @Test
    void aHeadThatSeesTheMeanIsFoundAgain() {
        Path adapter = folder.resolve("adapter");
        for (String method : List.of(
                "kind = full",
                "kind = head-only",
                "kind = bitfit",
                "kind = bottleneck, reduction = 4",
                "kind = lora")) {
            ModelFolder base = TinyModels.read("bert-masked-lm");
            try (AdaptedModel model = new AdaptedModel(
                    base,
                    HeadPlan.pooled(LABELS, Pooling.MEAN),
                    Settings.parse(method, Methods::read),
                    Quantization.NONE,
                    1,
                    Device.cpu())) {
                TinyModels.disturb(model, 3);
                AdapterFolder.write(adapter, model);
                try (AdaptedModel again = AdapterFolder.read(adapter, List.of()).on(base, Device.cpu())) {
                    assertThat(again.pooling()).hasValue(Pooling.MEAN);
                    assertThat(TinyModels.outputs(again)).containsExactly(TinyModels.outputs(model), within(1e-5f));
                }
            }
        }
    }

    @Test
    void adapterHubsKeysAreUnderstoodOrRefused() throws IOException {
        Path given = ADAPTERHUB.resolve("houlsby-llama");
        hub(given, json -> json.with("config").put("phm_layer", true)).hasMessageContaining("phm_layer is true");
        hub(given, json -> json.with("config").put("original_ln_before", true))
                .hasMessageContaining("mh_adapter is true; allowed is with output_adapter");
        hub(given, json -> json.with("config").put("dropout", 0.1).put("scaling", "learned"))
                .hasMessageContainingAll("dropout is 0.1", "scaling is \"learned\"");
        hub(
                        given,
                        json -> json.with("config")
                                .put("non_linearity", "mish")
                                .putArray("leave_out")
                                .add(1))
                .hasMessageContainingAll("non_linearity is \"mish\"", "leave_out is [1]");
        hub(given, json -> json.put("model_class", "LlamaAdapterModel")).hasMessageContaining("model_class is");
        hub(given, json -> json.put("name", "other")).hasMessageContaining("name is other");
        hub(given, json -> json.with("config").put("reduction_factor", 2)).hasMessageContaining("adapter_down");
        hub(given, json -> json.put("model_type", "llama").put("more", 1)).hasMessageContaining("more is 1");
    }

    private AbstractThrowableAssert<?, ?> hub(Path given, Consumer<ObjectNode> change) throws IOException {
        Path adapter = Files.createDirectories(folder.resolve("hub"));
        try (Stream<Path> files = Files.list(given)) {
            for (Path each : files.toList()) {
                Files.copy(each, adapter.resolve(each.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        ObjectNode json =
                (ObjectNode) JSON.readTree(given.resolve("adapter_config.json").toFile());
        change.accept(json);
        JSON.writeValue(adapter.resolve("adapter_config.json").toFile(), json);
        return assertThatThrownBy(
                        () -> AdapterFolder.read(adapter, List.of()).on(TinyModels.read("llama"), Device.cpu()))
                .isInstanceOf(AdapterException.class);
    }

    @Test
    void parametersOfTheModelAreReadByName() throws IOException {
        Path adapter = folder.resolve("adapter");
        try (AdaptedModel model = trained("kind = bitfit", "gpt2", HeadKind.CAUSAL_LM)) {
            AdapterFolder.write(adapter, model);
        }
        Path file = adapter.resolve("trained_parameters.safetensors");
        List<Tensor> tensors = new ArrayList<>(Safetensors.read(file).tensors());
        assertThat(tensors).allMatch(each -> each.name().endsWith("bias"));
        Tensor first = tensors.remove(0);
        tensors.add(first.named("transformer.h.9.ln_1.bias"));
        Safetensors.write(adapter.resolve("other"), new Weights(tensors), Map.of());
        Files.move(adapter.resolve("other"), file, StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> AdapterFolder.read(adapter, List.of()).on(TinyModels.read("gpt2"), Device.cpu()))
                .isInstanceOf(AdapterException.class)
                .hasMessageContainingAll(
                        "missing keys [" + first.name() + "]", "unexpected keys [transformer.h.9.ln_1.bias]");
        Path config = adapter.resolve("trained_config.json");
        Files.writeString(config, Files.readString(config).replace("bitfit", "lora"));
        assertThatThrownBy(() -> AdapterFolder.read(adapter, List.of()))
                .hasMessageContaining("method is \"lora\"; allowed is one of [bitfit, full, head-only]");
    }

    /** Which transformers loads as it is. */
    @Test
    void allOfAModelIsTheFolderOfAModel() {
        Path adapter = folder.resolve("adapter");
        try (AdaptedModel model = trained("kind = full", "bert-sequence", HeadKind.SEQUENCE)) {
            AdapterFolder.write(adapter, model);
            ModelFolder whole = ModelFolder.read(adapter);
            assertThat(whole.config().get("id2label")).hasToString("{\"0\":\"yes\",\"1\":\"no\",\"2\":\"maybe\"}");
            assertThat(whole.config().get("architectures")).hasToString("[\"BertForSequenceClassification\"]");
            try (AdaptedModel read =
                    new AdaptedModel(whole, HeadKind.SEQUENCE, LABELS, new HeadOnly(), 1, Device.cpu())) {
                assertThat(TinyModels.outputs(read)).containsExactly(TinyModels.outputs(model), within(1e-5f));
            }
        }
    }
}
