// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.Encoder;
import dev.graft.nn.MergedClassifier;
import dev.graft.nn.Pass;
import dev.graft.nn.Tokenizer;
import dev.graft.random.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequenceClassifierTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final LoraSettings LORA = new LoraSettings(2, 4, 0.1, List.of("query", "value"));
    private static final List<String> LABELS = List.of("yes", "no", "maybe");
    private static final List<String> TEXTS = List.of(
            "Yes.", "I don't think so, and neither does the committee that was asked last week.", "", "Perhaps 🙏");
    private static BaseModel base;

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() {
        base = BaseModel.load(BaseModel.MINILM);
    }

    @Test
    void startsAsTheBaseEncoderWithAPoolerAndAHead() {
        try (SequenceClassifier classifier = classifier(1)) {
            Tokenizer.Batch batch = Tokenizer.pad(
                    TEXTS.stream().map(classifier.tokenizer()::ids).toList(), classifier.manager());
            Encoder plain = new Encoder(base, classifier.manager(), (name, dense) -> dense);
            NDArray first =
                    plain.forward(batch.ids(), batch.mask(), Pass.EVALUATION).get(":, 0");
            NDArray expected = first.matMul(
                            parameter(classifier, "bert.pooler.dense.weight").transpose())
                    .add(parameter(classifier, "bert.pooler.dense.bias"))
                    .tanh()
                    .matMul(parameter(classifier, "classifier.weight").transpose())
                    .add(parameter(classifier, "classifier.bias"));
            assertThat(classifier.forward(batch, Pass.EVALUATION).toFloatArray())
                    .containsExactly(expected.toFloatArray(), within(1e-6f));
        }
    }

    @Test
    void namesItsParametersAsHuggingFaceDoes() {
        try (SequenceClassifier classifier = classifier(1)) {
            assertThat(classifier.parameters()).hasSize(6 * 2 * 2 + 4);
            assertThat(new ArrayList<>(classifier.parameters().keySet()))
                    .isSorted()
                    .contains(
                            "bert.encoder.layer.0.attention.self.query.lora_A.weight",
                            "bert.encoder.layer.5.attention.self.value.lora_B.weight",
                            "bert.pooler.dense.weight",
                            "bert.pooler.dense.bias",
                            "classifier.weight",
                            "classifier.bias");
        }
    }

    @Test
    void aRowsLogitsStandInItsPlaceWhateverStandsBesideIt() {
        try (SequenceClassifier classifier = classifier(1)) {
            List<String> many = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                many.addAll(TEXTS);
            }
            float[][] all = classifier.logits(many);
            for (int i = 0; i < many.size(); i++) {
                float[] alone = classifier.logits(List.of(many.get(i)))[0];
                assertThat(all[i]).containsExactly(alone, within(1e-5f));
            }
            assertThat(classifier.logits(List.of())).isEmpty();
        }
    }

    @Test
    void mergedIntoTheWeightsItGivesTheSameProbabilities() {
        Path adapter = folder.resolve("adapter");
        try (SequenceClassifier classifier = classifier(3)) {
            randomise(classifier, 3);
            classifier.save(adapter);
            float[][] logits = classifier.logits(TEXTS);
            try (MergedClassifier merged = new MergedClassifier(base, adapter, 512)) {
                assertThat(merged.labels()).isEqualTo(LABELS);
                float[][] probabilities = merged.probabilities(TEXTS);
                for (int i = 0; i < logits.length; i++) {
                    float[] row = logits[i];
                    double sum = 0;
                    for (float logit : row) {
                        sum += Math.exp(logit);
                    }
                    for (int label = 0; label < row.length; label++) {
                        assertThat(probabilities[i][label])
                                .isCloseTo((float) (Math.exp(row[label]) / sum), within(1e-4f));
                    }
                }
            }
        }
    }

    @Test
    void whatIsSavedIsLoadedBitForBit() throws IOException {
        Path adapter = folder.resolve("adapter");
        try (SequenceClassifier classifier = classifier(3)) {
            randomise(classifier, 3);
            classifier.save(adapter);
            try (SequenceClassifier loaded = SequenceClassifier.load(base, adapter, Device.cpu())) {
                assertThat(loaded.labels()).isEqualTo(LABELS);
                assertThat(loaded.lora()).isEqualTo(LORA);
                assertThat(loaded.logits(TEXTS)).isDeepEqualTo(classifier.logits(TEXTS));
            }
        }
        try (SequenceClassifier other = classifier(4)) {
            other.save(adapter);
            try (SequenceClassifier loaded = SequenceClassifier.load(base, adapter, Device.cpu())) {
                assertThat(loaded.logits(TEXTS)).isDeepEqualTo(other.logits(TEXTS));
            }
        }
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(adapter);
        }
    }

    @Test
    void writesTheFilesThatPeftReads() throws IOException {
        Path adapter = save();
        JsonNode config = JSON.readTree(adapter.resolve("adapter_config.json").toFile());
        assertThat(config.get("peft_type").asText()).isEqualTo("LORA");
        assertThat(config.get("task_type").asText()).isEqualTo("SEQ_CLS");
        assertThat(config.get("base_model_name_or_path").asText()).isEqualTo("sentence-transformers/all-MiniLM-L6-v2");
        assertThat(config.get("r").asInt()).isEqualTo(2);
        assertThat(config.get("lora_alpha").asDouble()).isEqualTo(4);
        assertThat(config.get("target_modules")).hasToString("[\"query\",\"value\"]");
        assertThat(config.get("modules_to_save")).hasToString("[\"classifier\",\"pooler\"]");
        assertThat(config.get("init_lora_weights").asBoolean()).isTrue();
        assertThat(config.get("inference_mode").asBoolean()).isTrue();
        assertThat(JSON.readTree(adapter.resolve("classifier.json").toFile()).get("id2label"))
                .hasToString("{\"0\":\"yes\",\"1\":\"no\",\"2\":\"maybe\"}");
        Path model = adapter.resolve("adapter_model.safetensors");
        assertThat(Safetensors.metadata(model)).isEqualTo(Map.of("format", "pt"));
        Weights weights = Safetensors.read(model);
        assertThat(weights.tensor("base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight")
                        .shape())
                .containsExactly(2, 384);
        assertThat(weights.tensor("base_model.model.bert.encoder.layer.0.attention.self.query.lora_B.weight")
                        .shape())
                .containsExactly(384, 2);
        assertThat(weights.names())
                .contains("base_model.model.bert.pooler.dense.weight", "base_model.model.classifier.weight");
    }

    @Test
    void namesMissingAndUnexpectedKeys() throws IOException {
        Path adapter = save();
        String name = "base_model.model.bert.encoder.layer.1.attention.self.value.lora_B.weight";
        rewrite(adapter, tensor -> tensor.name().equals(name) ? tensor.named(name.replace(".1.", ".7.")) : tensor);
        refused(adapter)
                .withMessageContainingAll(
                        "missing keys [bert.encoder.layer.1.attention.self.value.lora_B.weight]",
                        "unexpected keys [bert.encoder.layer.7.attention.self.value.lora_B.weight]");
    }

    @Test
    void namesAKeyOfAnotherShape() throws IOException {
        Path adapter = save();
        rewrite(
                adapter,
                tensor -> tensor.name().endsWith("layer.0.attention.self.query.lora_A.weight")
                        ? Tensor.of(tensor.name(), new long[] {3, 384}, new float[3 * 384])
                        : tensor);
        refused(adapter).withMessageContainingAll("query.lora_A.weight is [3, 384]", "(2, 384)");
    }

    @Test
    void refusesKeysWithoutPeftsPrefix() throws IOException {
        Path adapter = save();
        rewrite(adapter, tensor -> tensor.named(tensor.name().replace("base_model.model.classifier", "classifier")));
        refused(adapter)
                .withMessageContainingAll("unexpected keys [classifier.bias, classifier.weight]", "base_model.model.");
    }

    @Test
    void refusesWhatWouldSilentlyChangeTheNumbers() throws IOException {
        refusedConfig(config -> config.put("use_rslora", true)).withMessageContaining("use_rslora is true");
        refusedConfig(config -> config.put("use_dora", true)).withMessageContaining("use_dora is true");
        refusedConfig(config -> config.put("bias", "all")).withMessageContaining("bias is \"all\"");
        refusedConfig(config -> config.putObject("rank_pattern").put("query", 4))
                .withMessageContaining("rank_pattern");
        refusedConfig(config -> config.put("target_modules", "all-linear")).withMessageContaining("all-linear");
        refusedConfig(config -> config.put("task_type", "CAUSAL_LM")).withMessageContaining("allowed is SEQ_CLS");
        refusedConfig(config -> config.put("r", 0)).withMessageContaining("r is 0");
        refusedConfig(config -> config.put("r", 3)).withMessageContaining("lora_A.weight is [2, 384]");
    }

    @Test
    void takesAPoolerThatWasNotTrainedFromTheBaseModel() throws IOException {
        Path adapter = save();
        Path model = adapter.resolve("adapter_model.safetensors");
        List<Tensor> stored = new ArrayList<>(Safetensors.read(model).tensors());
        stored.removeIf(tensor -> tensor.name().contains("pooler"));
        Safetensors.write(model, new Weights(stored), Map.of("format", "pt"));
        refused(adapter).withMessageContaining("missing keys [bert.pooler.dense.bias, bert.pooler.dense.weight]");

        List<Tensor> weights = new ArrayList<>(base.weights().tensors());
        float[] ones = new float[384];
        Arrays.fill(ones, 1);
        weights.add(Tensor.of("pooler.dense.weight", new long[] {384, 384}, new float[384 * 384]));
        weights.add(Tensor.of("pooler.dense.bias", new long[] {384}, ones));
        BaseModel pooled =
                new BaseModel("with a pooler", base.config(), new Weights(weights), base.tokenizer(), "pooled");
        try (SequenceClassifier loaded = SequenceClassifier.load(pooled, adapter, Device.cpu());
                SequenceClassifier untrained = new SequenceClassifier(pooled, LORA, LABELS, 32, 1, Device.cpu())) {
            assertThat(parameter(loaded, "bert.pooler.dense.bias").toFloatArray())
                    .isEqualTo(ones);
            assertThat(parameter(untrained, "bert.pooler.dense.bias").toFloatArray())
                    .isEqualTo(ones);
        }
    }

    @Test
    void saysWhichFileIsMissing() throws IOException {
        Path adapter = save();
        Files.delete(adapter.resolve("adapter_model.safetensors"));
        refused(adapter).withMessageContaining("has no adapter_model.safetensors");
    }

    @Test
    void namesTheClassesAsTransformersDoesWhereNobodyDid() throws IOException {
        Path adapter = save();
        Files.delete(adapter.resolve("classifier.json"));
        try (SequenceClassifier loaded = SequenceClassifier.load(base, adapter, Device.cpu())) {
            assertThat(loaded.labels()).containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
        }
    }

    @Test
    void keepsTheOldAdapterIfTheNewOneIsBroken() throws IOException {
        Path adapter = save();
        byte[] before = Files.readAllBytes(adapter.resolve("adapter_model.safetensors"));
        try (SequenceClassifier broken = classifier(1)) {
            parameter(broken, "classifier.bias").addi(Float.NaN);
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(() -> broken.save(adapter))
                    .withMessageContainingAll("classifier.bias", "must be finite");
        }
        assertThat(Files.readAllBytes(adapter.resolve("adapter_model.safetensors")))
                .isEqualTo(before);
    }

    @Test
    void saysWhatIsWrongWithTheArguments() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SequenceClassifier(base, LORA, List.of(), 32, 1, Device.cpu()))
                .withMessageContaining("labels are []");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SequenceClassifier(base, LORA, List.of("a", "a"), 32, 1, Device.cpu()))
                .withMessageContaining("each once");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SequenceClassifier(base, LORA, LABELS, 513, 1, Device.cpu()))
                .withMessageContainingAll("max-length is 513", "from 3 to 512");
        LoraSettings elsewhere = new LoraSettings(2, 4, 0, List.of("query", "q_proj"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SequenceClassifier(base, elsewhere, LABELS, 32, 1, Device.cpu()))
                .withMessageContainingAll("q_proj", "attention.self.query");
    }

    private static SequenceClassifier classifier(long seed) {
        return new SequenceClassifier(base, LORA, LABELS, 32, seed, Device.cpu());
    }

    private static NDArray parameter(SequenceClassifier classifier, String name) {
        return Objects.requireNonNull(classifier.parameters().get(name), name);
    }

    private Path save() {
        Path adapter = folder.resolve("adapter");
        try (SequenceClassifier classifier = classifier(1)) {
            classifier.save(adapter);
        }
        return adapter;
    }

    /** So that LoRA changes something. */
    static void randomise(SequenceClassifier classifier, long seed) {
        RandomGenerator random = Seeds.random(seed);
        classifier.restore(
                new Weights(classifier.weights().tensors().stream()
                        .map(tensor -> {
                            float[] values = tensor.values();
                            for (int i = 0; i < values.length; i++) {
                                values[i] = (float) (0.1 * random.nextGaussian());
                            }
                            return Tensor.of(tensor.name(), tensor.shape(), values);
                        })
                        .toList()),
                "a test");
    }

    private static void rewrite(Path adapter, UnaryOperator<Tensor> change) {
        Path model = adapter.resolve("adapter_model.safetensors");
        List<Tensor> changed = new ArrayList<>();
        Safetensors.read(model).tensors().forEach(tensor -> changed.add(change.apply(tensor)));
        Safetensors.write(model, new Weights(changed), Map.of("format", "pt"));
    }

    private ThrowableAssertAlternative<AdapterException> refusedConfig(Consumer<ObjectNode> change) throws IOException {
        Path adapter = save();
        Path file = adapter.resolve("adapter_config.json");
        ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
        change.accept(config);
        JSON.writeValue(file.toFile(), config);
        return refused(adapter);
    }

    private static ThrowableAssertAlternative<AdapterException> refused(Path adapter) {
        return assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(() -> SequenceClassifier.load(base, adapter, Device.cpu()));
    }
}
