// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.adapt.AdapterException;
import dev.graft.adapt.AdapterFolder;
import dev.graft.adapt.Lora;
import dev.graft.adapt.Pooling;
import dev.graft.adapt.Targets;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.model.Encoder;
import dev.graft.nn.Pass;
import dev.graft.random.Seeds;
import dev.graft.tokenize.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextClassifierTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Lora LORA = new Lora(2, 4, 0.1, new Targets.Named(List.of("query", "value")));
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
        try (TextClassifier classifier = classifier(1)) {
            Tokenizer.Batch batch = Tokenizer.pad(
                    TEXTS.stream().map(classifier.tokenizer()::ids).toList(),
                    classifier.model().manager());
            Encoder plain = new Encoder(base, classifier.model().manager(), (name, dense) -> dense);
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
    void poolsByTheMeanOfTheTokensWhateverThePadding() {
        try (TextClassifier classifier =
                TextClassifier.untrained(base.files(), LORA, LABELS, Pooling.MEAN, 32, 1, Device.cpu())) {
            float[][] together = classifier.logits(TEXTS);
            Encoder plain = new Encoder(base, classifier.model().manager(), (name, dense) -> dense);
            for (int i = 0; i < TEXTS.size(); i++) {
                Tokenizer.Batch alone = Tokenizer.pad(
                        List.of(classifier.tokenizer().ids(TEXTS.get(i))),
                        classifier.model().manager());
                NDArray mean = plain.forward(alone.ids(), alone.mask(), Pass.EVALUATION)
                        .mean(new int[] {1}); // (1, H)
                NDArray expected = mean.mul(8)
                        .div(mean.square().sum().sqrt())
                        .matMul(parameter(classifier, "classifier.weight").transpose())
                        .add(parameter(classifier, "classifier.bias"));
                assertThat(together[i]).containsExactly(expected.toFloatArray(), within(1e-5f));
            }
            assertThat(classifier.model().parameters())
                    .hasSize(6 * 2 * 2 + 2)
                    .doesNotContainKey("bert.pooler.dense.weight");
        }
    }

    @Test
    void anAdapterThatPoolsByTheMeanComesBackWithItsLogits() {
        Path saved = folder.resolve("mean");
        try (TextClassifier classifier =
                TextClassifier.untrained(base.files(), LORA, LABELS, Pooling.MEAN, 32, 3, Device.cpu())) {
            classifier.save(saved);
            AdapterFolder read = AdapterFolder.read(saved, List.of());
            assertThat(read.pooling()).contains(Pooling.MEAN);
            try (TextClassifier merged = TextClassifier.trained(base.files(), read, 512, Device.cpu())) {
                float[][] expected = classifier.logits(TEXTS);
                float[][] given = merged.logits(TEXTS);
                for (int i = 0; i < TEXTS.size(); i++) {
                    assertThat(given[i]).containsExactly(expected[i], within(1e-5f));
                }
            }
        }
    }

    @Test
    void namesItsParametersAsHuggingFaceDoes() {
        try (TextClassifier classifier = classifier(1)) {
            assertThat(classifier.model().parameters()).hasSize(6 * 2 * 2 + 4);
            assertThat(new ArrayList<>(classifier.model().parameters().keySet()))
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
        try (TextClassifier classifier = classifier(1)) {
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
        try (TextClassifier classifier = classifier(3)) {
            randomise(classifier, 3);
            classifier.save(adapter);
            float[][] logits = classifier.logits(TEXTS);
            try (TextClassifier merged =
                    TextClassifier.trained(base.files(), AdapterFolder.read(adapter, List.of()), 512, Device.cpu())) {
                assertThat(merged.labels()).isEqualTo(LABELS);
                double[][] probabilities = merged.probabilities(TEXTS);
                for (int i = 0; i < logits.length; i++) {
                    float[] row = logits[i];
                    double sum = 0;
                    for (float logit : row) {
                        sum += Math.exp(logit);
                    }
                    for (int label = 0; label < row.length; label++) {
                        assertThat(probabilities[i][label]).isCloseTo(Math.exp(row[label]) / sum, within(1e-4));
                    }
                }
            }
        }
    }

    @Test
    void whatIsSavedIsReadBitForBitAndReplacedAtOnce() throws IOException {
        Path adapter = folder.resolve("adapter");
        for (long seed : new long[] {3, 4}) {
            try (TextClassifier classifier = classifier(seed)) {
                randomise(classifier, seed);
                classifier.save(adapter);
                AdapterFolder read = AdapterFolder.read(adapter, List.of());
                assertThat(read.labels()).isEqualTo(LABELS);
                assertThat(read.maxLength()).hasValue(32);
                for (Tensor tensor : classifier.model().weights().tensors()) {
                    assertThat(read.weights()
                                    .tensor("base_model.model." + tensor.name())
                                    .values())
                            .isEqualTo(tensor.values());
                }
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
    void keepsTheOldAdapterIfTheNewOneIsBroken() throws IOException {
        Path adapter = save();
        byte[] before = Files.readAllBytes(adapter.resolve("adapter_model.safetensors"));
        try (TextClassifier broken = classifier(1)) {
            parameter(broken, "classifier.bias").addi(Float.NaN);
            assertThatExceptionOfType(CheckpointException.class)
                    .isThrownBy(() -> broken.save(adapter))
                    .withMessageContainingAll("classifier.bias", "finite");
        }
        assertThat(Files.readAllBytes(adapter.resolve("adapter_model.safetensors")))
                .isEqualTo(before);
    }

    @Test
    void saysWhatIsWrongWithTheArguments() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        TextClassifier.untrained(base.files(), LORA, List.of(), Pooling.FIRST, 32, 1, Device.cpu()))
                .withMessageContaining("labels are []");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextClassifier.untrained(
                        base.files(), LORA, List.of("a", "a"), Pooling.FIRST, 32, 1, Device.cpu()))
                .withMessageContaining("each once");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> TextClassifier.untrained(base.files(), LORA, LABELS, Pooling.FIRST, 513, 1, Device.cpu()))
                .withMessageContainingAll("max-length is 513", "from 3 to 512");
        Lora elsewhere = new Lora(2, 4, 0, new Targets.Named(List.of("query", "q_proj")));
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(() ->
                        TextClassifier.untrained(base.files(), elsewhere, LABELS, Pooling.FIRST, 32, 1, Device.cpu()))
                .withMessageContainingAll("q_proj", "attention.self.query");
    }

    private static TextClassifier classifier(long seed) {
        return TextClassifier.untrained(base.files(), LORA, LABELS, Pooling.FIRST, 32, seed, Device.cpu());
    }

    private static NDArray parameter(TextClassifier classifier, String name) {
        return Objects.requireNonNull(classifier.model().parameters().get(name), name);
    }

    private Path save() {
        Path adapter = folder.resolve("adapter");
        try (TextClassifier classifier = classifier(1)) {
            classifier.save(adapter);
        }
        return adapter;
    }

    /** So that LoRA changes something. */
    static void randomise(TextClassifier classifier, long seed) {
        RandomGenerator random = Seeds.random(seed);
        classifier
                .model()
                .restore(
                        new Weights(classifier.model().weights().tensors().stream()
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
}
