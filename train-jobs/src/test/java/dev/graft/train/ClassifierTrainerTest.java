// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.adapt.AdapterFolder;
import dev.graft.adapt.Lora;
import dev.graft.adapt.Pooling;
import dev.graft.adapt.Targets;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.EncoderConfig;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.nn.Masks;
import dev.graft.nn.Pass;
import dev.graft.nn.engine.GradMode;
import dev.graft.nn.engine.Gradients;
import dev.graft.stats.Metrics;
import dev.graft.task.TextClassifier;
import dev.graft.tokenize.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierTrainerTest {
    private static final List<String> LABELS = List.of("delivery", "refund", "account");
    private static final Lora LORA = new Lora(4, 8, 0.1, new Targets.Named(List.of("query", "value")));
    private static final TrainSettings SETTINGS = settings(2e-3, 4, 0.1);
    private static BaseModel base;
    private static BaseModel twoLayers;

    @BeforeAll
    static void load() {
        base = BaseModel.load(BaseModel.MINILM);
        EncoderConfig all = base.config();
        EncoderConfig two = new EncoderConfig(
                all.vocabSize(),
                all.hiddenSize(),
                2,
                all.numAttentionHeads(),
                all.intermediateSize(),
                all.maxPositionEmbeddings(),
                all.layerNormEps(),
                all.hiddenDropoutProb(),
                all.attentionProbsDropoutProb());
        Weights first = new Weights(base.weights().tensors().stream()
                .filter(tensor -> !tensor.name().matches("encoder\\.layer\\.[2-9]\\..*"))
                .toList());
        twoLayers = new BaseModel("the first two layers of minilm", two, first, base.tokenizer(), "two");
    }

    /** The last token of each text, whatever stands beside it; what it learnt is the same in the adapter that it leaves. */
    @Test
    void aDecoderLearnsClassesByItsLastToken(@TempDir Path folder) {
        ModelFolder decoder = ModelFolder.read(Path.of("..", "pipeline-core", "src", "test", "resources", "tiny-gpt2"));
        TrainSettings settings = new TrainSettings(
                new LoopSettings(2e-2, Schedule.Kind.LINEAR, 0, 0, 1, 6, 0, 0, 0, 0, 0), 30, 0, 30, 2e-2, Pooling.LAST);
        ClassifierTrainer trainer = new ClassifierTrainer(
                settings,
                new Lora(8, 16, 0, new Targets.AllLinear()),
                decoder,
                LABELS,
                1,
                Device.cpu(),
                1,
                Optional.of(folder.resolve("checkpoint")),
                Progress.SILENT);
        List<String> texts = examples().stream().map(Example::text).toList();
        try (Trained trained = trainer.train(examples())) {
            List<Float> losses = trained.losses();
            assertThat(mean(losses.subList(losses.size() - 6, losses.size())))
                    .isLessThan(mean(losses.subList(0, 6)) / 2);
            float[][] together = trained.classifier().logits(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(trained.classifier().logits(List.of(texts.get(i)))[0])
                        .containsExactly(together[i], within(1e-4f));
            }
            trained.classifier().save(folder.resolve("adapter"));
            try (TextClassifier read = TextClassifier.trained(
                    decoder, AdapterFolder.read(folder.resolve("adapter"), List.of()), 30, Device.cpu())) {
                assertThat(read.labels()).isEqualTo(LABELS);
                assertThat(read.logits(texts)[3]).containsExactly(together[3], within(1e-4f));
            }
        }
        assertThat(ClassifierTrainer.isHead("score.weight")).isTrue();
    }

    @Test
    void learnsASmallSet() {
        TrainSettings settings = settings(2e-3, 15, 0.1);
        try (Trained trained =
                trainer(base, settings, 1, Optional.empty(), Progress.SILENT).train(examples())) {
            List<Float> losses = trained.losses();
            assertThat(losses).hasSize(settings.steps(examples().size()));
            assertThat(mean(losses.subList(losses.size() - 6, losses.size())))
                    .isLessThan(mean(losses.subList(0, 6)) / 4);
            assertThat(Metrics.predictions(trained.classifier()
                            .logits(examples().stream().map(Example::text).toList())))
                    .containsExactly(
                            examples().stream().mapToInt(Example::label).toArray());
        }
    }

    /** Before LoRA has learnt, the head says what it started with. */
    @Test
    void aHeadStartsWithWhatIsGiven() {
        TrainSettings still = new TrainSettings(
                new LoopSettings(1e-9, Schedule.Kind.LINEAR, 0, 0, 1, 4, 0, 0, 0, 0, 0), 1, 0, 32, 1e-9, Pooling.MEAN);
        ClassifierTrainer trainer = trainer(twoLayers, still, 1, Optional.empty(), Progress.SILENT);
        HeadStart certain = new HeadStart(new float[3 * twoLayers.config().hiddenSize()], new float[] {1, 5, -2});
        try (Trained trained = trainer.train(examples(), 1, Optional.of(certain))) {
            assertThat(trained.classifier().logits(List.of("Where is it?"))[0])
                    .containsExactly(new float[] {1, 5, -2}, within(1e-3f));
        }
        HeadStart narrow = new HeadStart(new float[6], new float[3]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer.train(examples(), 1, Optional.of(narrow)))
                .withMessageContaining("6 values of classifier.weight");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeadStart(new float[7], new float[3]))
                .withMessageContaining("C x H");
    }

    @Test
    void leavesFrozenWeightsUntouchedByteForByte() {
        try (Trained trained = trainer(twoLayers, SETTINGS, 1, Optional.empty(), Progress.SILENT)
                        .train(examples());
                TextClassifier untrained =
                        TextClassifier.untrained(twoLayers.files(), LORA, LABELS, Pooling.FIRST, 32, 1, Device.cpu())) {
            assertThat(frozen(trained.classifier())).isNotEmpty().isEqualTo(frozen(untrained));
            assertThat(trained.classifier().model().parameters().keySet())
                    .allMatch(
                            name -> name.contains(".lora_") || name.contains("pooler") || name.contains("classifier"));
            trained.classifier()
                    .model()
                    .weights()
                    .tensors()
                    .forEach(tensor -> assertThat(tensor.values())
                            .as(tensor.name())
                            .isNotEqualTo(untrained
                                    .model()
                                    .weights()
                                    .tensor(tensor.name())
                                    .values()));
        }
    }

    private static List<Integer> frozen(TextClassifier classifier) {
        return classifier.model().manager().getManagedArrays().stream()
                .filter(array -> !classifier.model().parameters().containsValue(array))
                .map(array -> Arrays.hashCode(array.toFloatArray()))
                .sorted()
                .toList();
    }

    @Test
    void equalSeedsGiveEqualWeightsAndOthersDoNot() {
        Map<String, List<Float>> first = weights(1);
        assertThat(weights(1)).isEqualTo(first);
        assertThat(weights(2)).isNotEqualTo(first);
    }

    @Test
    void twoTrainersSideBySideGiveWhatOneAfterTheOtherGives() throws Exception {
        List<Map<String, List<Float>>> inTurn = List.of(weights(1), weights(2));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Callable<Map<String, List<Float>>>> tasks = List.of(() -> weights(1), () -> weights(2));
            List<Map<String, List<Float>>> sideBySide = new ArrayList<>();
            for (Future<Map<String, List<Float>>> task : threads.invokeAll(tasks)) {
                sideBySide.add(task.get());
            }
            assertThat(sideBySide).isEqualTo(inTurn);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aCutOffTrainingIsTakenUpExactly(@TempDir Path folder) {
        int steps = SETTINGS.steps(examples().size());
        int perEpoch = steps / SETTINGS.epochs();
        Progress cutOff = step -> {
            if (step.number() == 2 * perEpoch + 1) {
                throw new IllegalStateException("cut off");
            }
        };
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> trainer(twoLayers, SETTINGS, 7, Optional.of(folder), cutOff)
                        .train(examples()))
                .withMessage("cut off");

        List<Integer> resumed = new ArrayList<>();
        try (Trained whole = trainer(twoLayers, SETTINGS, 7, Optional.empty(), Progress.SILENT)
                        .train(examples());
                Trained again = trainer(twoLayers, SETTINGS, 7, Optional.of(folder), step -> resumed.add(step.number()))
                        .train(examples())) {
            assertThat(resumed).first().isEqualTo(2 * perEpoch + 1);
            assertThat(resumed).last().isEqualTo(steps);
            assertThat(again.losses()).isEqualTo(whole.losses());
            assertThat(values(again.classifier().model().weights()))
                    .isEqualTo(values(whole.classifier().model().weights()));
        }
    }

    @Test
    void aFinishedTrainingIsReadFromItsCheckpoint(@TempDir Path folder) {
        List<Integer> steps = new ArrayList<>();
        ClassifierTrainer trainer =
                trainer(twoLayers, SETTINGS, 7, Optional.of(folder), step -> steps.add(step.number()));
        try (Trained first = trainer.train(examples(), 5)) {
            assertThat(steps).containsExactly(1, 2, 3, 4, 5);
            try (Trained second = trainer.train(examples(), 5)) {
                assertThat(steps).hasSize(5);
                assertThat(values(second.classifier().model().weights()))
                        .isEqualTo(values(first.classifier().model().weights()));
            }
        }
    }

    @Test
    void aDamagedCheckpointIsNotTakenUpAndTheWeightsAreTheSame(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("checkpoint.safetensors");
        List<Integer> steps = new ArrayList<>();
        ClassifierTrainer trainer =
                trainer(twoLayers, SETTINGS, 7, Optional.of(folder), step -> steps.add(step.number()));
        try (Trained whole = trainer.train(examples(), 2)) {
            byte[] content = Files.readAllBytes(file);
            byte[] flipped = content.clone();
            flipped[content.length - 4001] ^= 4;
            for (byte[] damaged : List.of(
                    Arrays.copyOf(content, content.length - 1), Arrays.copyOf(content, 3), flipped, new byte[0])) {
                Files.write(file, damaged);
                steps.clear();
                try (Trained again = trainer.train(examples(), 2)) {
                    assertThat(steps).containsExactly(1, 2);
                    assertThat(again.losses()).isEqualTo(whole.losses());
                    assertThat(values(again.classifier().model().weights()))
                            .isEqualTo(values(whole.classifier().model().weights()));
                }
                assertThat(Files.readAllBytes(file)).isEqualTo(content);
            }
        }
    }

    @Test
    void refusesTheCheckpointOfAnotherRun(@TempDir Path folder) {
        trainer(twoLayers, SETTINGS, 7, Optional.of(folder), Progress.SILENT)
                .train(examples(), 1)
                .close();
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> trainer(twoLayers, SETTINGS, 8, Optional.of(folder), Progress.SILENT)
                        .train(examples(), 1))
                .withMessageContainingAll("checkpoint.safetensors", "other settings, seed");
    }

    @Test
    void takesAsManyStepsAsAskedForOnFewerRows() {
        List<Integer> rows = new ArrayList<>();
        trainer(twoLayers, SETTINGS, 1, Optional.empty(), step -> rows.add(step.rows()))
                .train(examples().subList(0, 5), 7)
                .close();
        assertThat(rows).hasSize(7);
        assertThat(rows.subList(0, 2)).containsExactlyInAnyOrder(4, 1);
    }

    @Test
    void memoryThatJavaFreesBetweenTheTwoPassesIsNotReadByTheSecond() throws Exception {
        assertThat(gradients(true)).isEqualTo(gradients(false));
    }

    /** Of the adapter of the lowest layer, through which the gradients of all else have gone. */
    private static float[] gradients(boolean collected) throws InterruptedException {
        try (TextClassifier classifier =
                        TextClassifier.untrained(twoLayers.files(), LORA, LABELS, Pooling.FIRST, 32, 1, Device.cpu());
                GradMode on = GradMode.on();
                NDManager scope = classifier.model().manager().newSubManager()) {
            classifier.model().parameters().values().forEach(parameter -> parameter.setRequiresGradient(true));
            List<long[]> ids = examples().stream()
                    .map(example -> classifier.tokenizer().ids(example.text()))
                    .toList();
            NDArray loss = classifier
                    .forward(Tokenizer.pad(ids, scope), Pass.training(new Masks(1)))
                    .sum();
            List<ByteBuffer> reused = new ArrayList<>();
            if (collected) {
                for (int round = 0; round < 5; round++) {
                    System.gc();
                    Thread.sleep(50);
                    for (int i = 0; i < 20_000; i++) {
                        reused.add(ByteBuffer.allocateDirect(8).putLong(0, -1)); // a NaN
                    }
                }
            }
            Gradients.backward(loss);
            assertThat(reused).hasSize(collected ? 100_000 : 0);
            String lowest = "bert.encoder.layer.0.attention.self.query.lora_B.weight";
            return requireNonNull(classifier.model().parameters().get(lowest))
                    .getGradient()
                    .toFloatArray();
        }
    }

    @Test
    void memoryStaysFlatOverAThousandSteps() {
        TrainSettings settings = settings(1e-4, 1, 0.1);
        List<Long> resident = new ArrayList<>();
        Progress measured = step -> {
            if (step.number() % 200 == 0) {
                System.gc(); // the heap's own growth is not what is measured
                resident.add(residentBytes());
            }
        };
        try (Trained trained =
                trainer(twoLayers, settings, 1, Optional.empty(), measured).train(examples(), 1000)) {
            int parameters = trained.classifier().model().parameters().size();
            assertThat(trained.classifier().model().manager().getManagedArrays().size())
                    .isLessThan(twoLayers.weights().names().size() + parameters + 10);
        }
        System.out.println(
                "resident MB: " + resident.stream().map(bytes -> bytes >> 20).toList());
        assertThat(resident.get(4) - resident.get(0))
                .as("resident bytes %s", resident)
                .isLessThan(20L << 20);
    }

    @Test
    void saysWhatIsWrongWithTheArguments() {
        ClassifierTrainer trainer = trainer(twoLayers, SETTINGS, 1, Optional.empty(), Progress.SILENT);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer.train(List.of(), 1))
                .withMessageContaining("0 examples");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer.train(examples(), 0))
                .withMessageContaining("0 steps");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer.train(List.of(new Example("a", 0), new Example("b", 3)), 1))
                .withMessage("example 1 has label 3; allowed is from 0 to 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClassifierTrainer(
                        SETTINGS, LORA, base.files(), LABELS, 1, Device.cpu(), 0, Optional.empty(), Progress.SILENT))
                .withMessage("threads is 0; allowed is 1 or more");
        assertThatIllegalArgumentException().isThrownBy(() -> new Example("a", -1));
    }

    @Test
    void stopsWhenTheLossIsNoLongerANumber() {
        List<Tensor> broken = new ArrayList<>(twoLayers.weights().tensors());
        broken.replaceAll(
                tensor -> tensor.name().equals("embeddings.LayerNorm.bias") ? beyondAnyNumber(tensor) : tensor);
        BaseModel poisoned =
                new BaseModel("poisoned", twoLayers.config(), new Weights(broken), twoLayers.tokenizer(), "poisoned");
        assertThatExceptionOfType(TrainingException.class)
                .isThrownBy(() -> trainer(poisoned, SETTINGS, 1, Optional.empty(), Progress.SILENT)
                        .train(examples()))
                .withMessageContainingAll("NaN at step 1, with the rows example ", "learning-rate");
    }

    private static Tensor beyondAnyNumber(Tensor tensor) {
        float[] values = tensor.values();
        values[0] = Float.MAX_VALUE;
        return Tensor.of(tensor.name(), tensor.shape(), values);
    }

    private static Map<String, List<Float>> weights(long seed) {
        try (Trained trained = trainer(twoLayers, SETTINGS, seed, Optional.empty(), Progress.SILENT)
                .train(examples(), 12)) {
            return values(trained.classifier().model().weights());
        }
    }

    private static Map<String, List<Float>> values(Weights weights) {
        Map<String, List<Float>> values = new TreeMap<>();
        for (Tensor tensor : weights.tensors()) {
            List<Float> list = new ArrayList<>();
            for (float value : tensor.values()) {
                list.add(value);
            }
            values.put(tensor.name(), list);
        }
        return values;
    }

    private static ClassifierTrainer trainer(
            BaseModel model, TrainSettings settings, long seed, Optional<Path> folder, Progress progress) {
        return new ClassifierTrainer(settings, LORA, model.files(), LABELS, seed, Device.cpu(), 1, folder, progress);
    }

    private static TrainSettings settings(double rate, int epochs, double warmup) {
        return new TrainSettings(
                new LoopSettings(rate, Schedule.Kind.LINEAR, warmup, 0.01, 1, 4, 0, 0, 0, 0, 0),
                epochs,
                0,
                32,
                rate,
                Pooling.FIRST);
    }

    private static double mean(List<Float> losses) {
        return losses.stream().mapToDouble(Float::doubleValue).average().orElseThrow();
    }

    private static long residentBytes() {
        try {
            return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096;
        } catch (IOException e) {
            return Assumptions.abort("no /proc here: " + e);
        }
    }

    static List<Example> examples() {
        List<Example> examples = new ArrayList<>();
        for (String text : List.of(
                "Where is my parcel?",
                "The package was due on Monday and still isn't here",
                "tracking says delivered but i got nothing",
                "When will order 4711 arrive?",
                "The courier left it at the wrong house",
                "how long does shipping to Norway take")) {
            examples.add(new Example(text, 0));
        }
        for (String text : List.of(
                "I want my money back",
                "When do I get the refund for the shoes I returned?",
                "you charged me twice, please pay one back",
                "The refund is 10 euros short",
                "still no refund after three weeks",
                "Can you credit my card instead?")) {
            examples.add(new Example(text, 1));
        }
        for (String text : List.of(
                "I can't log in",
                "forgot my password, the reset mail never comes",
                "Please change the e-mail address of my account",
                "How do I delete my profile?",
                "my account is locked after too many tries",
                "Two-factor codes do not work on my new phone")) {
            examples.add(new Example(text, 2));
        }
        return examples;
    }
}
