// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.meta;

import static dev.graft.train.TinyClassifier.doubles;
import static dev.graft.train.TinyClassifier.first;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.adapt.Full;
import dev.graft.adapt.Lora;
import dev.graft.adapt.Method;
import dev.graft.adapt.Methods;
import dev.graft.adapt.Pooling;
import dev.graft.adapt.Targets;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.config.Settings;
import dev.graft.random.Seeds;
import dev.graft.task.TextClassifier;
import dev.graft.train.Checkpoint;
import dev.graft.train.Classification;
import dev.graft.train.ClassifierTrainer;
import dev.graft.train.LoopSettings;
import dev.graft.train.Progress;
import dev.graft.train.Schedule;
import dev.graft.train.TinyClassifier;
import dev.graft.train.TrainSettings;
import dev.graft.train.TrainState;
import dev.graft.train.Trainer;
import dev.graft.train.data.Labelled;
import dev.graft.train.meta.MetaSettings.Algorithm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a tiny BERT; {@code regimes_golden.py} has the same in plain PyTorch. */
class MetaTrainerTest {
    private static final Lora LORA = new Lora(4, 8, 0, new Targets.AllLinear());
    private static final String QUERY = "bert.encoder.layer.1.attention.self.query.weight";
    private static final int WAYS = 3;

    @Test
    void bothAlgorithmsAreThePapers() {
        JsonNode golden = TinyClassifier.golden().get("meta");
        for (Algorithm algorithm : Algorithm.values()) {
            try (TextClassifier classifier = TinyClassifier.of(new Full(), WAYS)) {
                TinyClassifier.startAsTheGolden(classifier);
                double rate = algorithm == Algorithm.REPTILE ? 0.5 : 1e-2;
                MetaSettings settings = new MetaSettings(algorithm, 2, 2, rate, 3, loop(1e-3));
                MetaTrainer<Labelled> trainer =
                        trainer(classifier, new Full(), settings, 1e-3, given(golden.get("tasks")));
                TrainState state = trainer.run(trainer.start(), 2);
                JsonNode expected = golden.get(algorithm == Algorithm.REPTILE ? "reptile" : "first-order-maml");
                // Adam divides by the root of a square, which of a gradient near nothing is its noise.
                double close = 2e-4;
                assertThat(values(state, QUERY, 24)).containsExactly(doubles(expected.get("query")), within(close));
                assertThat(values(state, "bert.encoder.layer.0.output.dense.bias", 32))
                        .containsExactly(doubles(expected.get("bias")), within(close));
                assertThat(values(state, "classifier.weight", 24))
                        .containsExactly(doubles(expected.get("head")), within(1e-6));
            }
        }
    }

    private static double[] values(TrainState state, String name, int count) {
        return first(state.parameters().tensor(name).values(), count);
    }

    private static LongFunction<Task<Labelled>> given(JsonNode tasks) {
        Map<Long, Task<Labelled>> bySeed = new TreeMap<>();
        for (int i = 0; i < tasks.size(); i++) {
            bySeed.put(
                    Seeds.ofPurpose(1, "task", i),
                    new Task<>(
                            TinyClassifier.rows(tasks.get(i).get("support")),
                            TinyClassifier.rows(tasks.get(i).get("query"))));
        }
        return bySeed::get;
    }

    /** One task, the whole way and a rate of 1 at the first step: the start is what the task has learnt. */
    @Test
    void reptileGoesTheWholeWayToASingleTask() {
        try (TextClassifier classifier = TinyClassifier.of(LORA, WAYS)) {
            Task<Labelled> task = episodes(0).apply(3);
            MetaTrainer<Labelled> trainer = trainer(
                    classifier, LORA, new MetaSettings(Algorithm.REPTILE, 1, 1, 1, 4, loop(1e-2)), 1e-2, seed -> task);
            TrainState start = trainer.start();
            TrainState moved = trainer.run(start, 1);
            classifier.model().restore(start.parameters(), "the start");
            TrainState learnt = learnt(classifier, task.rows(), 4, Seeds.ofPurpose(1, "inner", 0));
            for (Tensor tensor : learnt.parameters().tensors()) {
                float[] expected = ClassifierTrainer.isHead(tensor.name())
                        ? start.parameters().tensor(tensor.name()).values()
                        : tensor.values();
                assertThat(moved.parameters().tensor(tensor.name()).values())
                        .as(tensor.name())
                        .containsExactly(expected, within(1e-6f));
            }
        }
    }

    /** Where a method starts is not where each task starts. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "kind = prefix-tuning, num-virtual-tokens = 2",
                "r = 2, target-modules = [query], init-lora-weights = gradient"
            })
    void theMethodStartsOnceAndNotWithEachTask(String asked) {
        Method method = Settings.parse(asked, Methods::read);
        try (TextClassifier classifier = TinyClassifier.of(method, WAYS)) {
            MetaTrainer<Labelled> trainer = trainer(
                    classifier, method, new MetaSettings(Algorithm.REPTILE, 1, 1, 1, 2, loop(1e-9)), 1e-9, episodes(0));
            Weights drawn = classifier.model().weights();
            trainer.begin();
            Weights begun = classifier.model().weights();
            assertThat(begun.tensors().stream()
                            .filter(tensor -> !Arrays.equals(
                                    tensor.values(), drawn.tensor(tensor.name()).values())))
                    .isNotEmpty();
            classifier.model().restore(drawn, "elsewhere");
            for (Tensor moved : trainer.run(trainer.start(), 1).parameters().tensors()) {
                assertThat(moved.values())
                        .containsExactly(drawn.tensor(moved.name()).values(), within(1e-5f));
            }
        }
    }

    /** Classes are told by one word among others that tell nothing; words of the classes to come were never seen. */
    @Test
    void whatWasLearntToLearnIsLearntFaster() {
        Map<Algorithm, MetaSettings> settings = Map.of(
                Algorithm.REPTILE, new MetaSettings(Algorithm.REPTILE, 20, 3, 1, 12, loop(3e-3)),
                Algorithm.FIRST_ORDER_MAML, new MetaSettings(Algorithm.FIRST_ORDER_MAML, 15, 2, 1e-2, 5, loop(1e-2)));
        settings.forEach((algorithm, how) -> {
            try (TextClassifier classifier = TinyClassifier.of(LORA, WAYS)) {
                classifier
                        .model()
                        .restore(
                                ClassifierMetaTrainer.withoutHead(
                                        classifier.model().weights()),
                                "the start");
                MetaTrainer<Labelled> trainer = trainer(classifier, LORA, how, 1e-2, episodes(0));
                Weights plain = trainer.start().parameters();
                Weights found = trainer.train(trainer.start(), Optional.empty()).parameters();
                assertThat(accuracy(classifier, found))
                        .as(algorithm.toString())
                        .isGreaterThan(accuracy(classifier, plain) + 0.1);
            }
        });
    }

    private static double accuracy(TextClassifier classifier, Weights start) {
        double sum = 0;
        for (int i = 0; i < 12; i++) {
            Task<Labelled> task = episodes(100).apply(i);
            classifier.model().restore(start, "the start");
            learnt(classifier, task.support(), 5, i);
            sum += new Classification(classifier)
                    .evaluate(task.query())
                    .others()
                    .getOrDefault("accuracy", 0.0);
        }
        return sum / 12;
    }

    @Test
    void aCutOffSearchGoesOnBitForBit(@TempDir Path folder) {
        for (Algorithm algorithm : Algorithm.values()) {
            MetaSettings settings = new MetaSettings(algorithm, 4, 2, 0.01, 2, loop(1e-2));
            Checkpoint checkpoint = new Checkpoint(folder.resolve(algorithm.name()), "a run");
            try (TextClassifier classifier = TinyClassifier.of(LORA, WAYS)) {
                MetaTrainer<Labelled> trainer = trainer(classifier, LORA, settings, 1e-2, episodes(0));
                checkpoint.write(trainer.run(trainer.start(), 2));
            }
            try (TextClassifier once = TinyClassifier.of(LORA, WAYS);
                    TextClassifier again = TinyClassifier.of(LORA, WAYS)) {
                MetaTrainer<Labelled> whole = trainer(once, LORA, settings, 1e-2, episodes(0));
                TrainState expected = whole.run(whole.start(), 4);
                TrainState state = trainer(again, LORA, settings, 1e-2, episodes(0))
                        .train(checkpoint.read().orElseThrow(), Optional.empty());
                assertThat(state.losses()).isEqualTo(expected.losses());
                expected.parameters()
                        .tensors()
                        .forEach(tensor -> assertThat(
                                        state.parameters().tensor(tensor.name()).values())
                                .isEqualTo(tensor.values()));
            }
        }
    }

    @Test
    void episodesHaveWhatIsAskedFor() {
        Episodes episodes = episodes(0);
        for (long seed = 0; seed < 50; seed++) {
            Task<Labelled> task = episodes.apply(seed);
            assertThat(task.support()).hasSize(6);
            assertThat(task.query()).hasSize(6);
            assertThat(task.rows().stream().map(Labelled::id).distinct()).hasSize(12);
            assertThat(task.query().stream().map(Labelled::label).distinct()).containsExactlyInAnyOrder(0, 1, 2);
            assertThat(episodes.apply(seed).support().stream().map(Labelled::id))
                    .containsExactlyElementsOf(
                            task.support().stream().map(Labelled::id).toList());
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Episodes.byLabel(rows(0), 9, 2, 2))
                .withMessage("of 1 groups of classes none has 9 with 4 rows or more; fewer ways, shots or queries are"
                        + " allowed");
    }

    /** Rows of one family are not mixed with those of another. */
    @Test
    void tasksStayWithinTheirColumn() {
        Episodes episodes = Episodes.byTask(Map.of("a", rows(0), "b", rows(100)), 2, 1, 1);
        for (long seed = 0; seed < 20; seed++) {
            assertThat(episodes.apply(seed).rows().stream()
                            .map(row -> row.id().substring(0, 1))
                            .distinct())
                    .hasSize(1);
        }
    }

    /** Inner loops leave no array behind. */
    @Test
    void memoryDoesNotGrowWithTheSteps() {
        for (Algorithm algorithm : Algorithm.values()) {
            try (TextClassifier classifier = TinyClassifier.of(LORA, WAYS)) {
                MetaTrainer<Labelled> trainer = trainer(
                        classifier, LORA, new MetaSettings(algorithm, 8, 2, 0.5, 2, loop(1e-2)), 1e-2, episodes(0));
                TrainState state = trainer.run(trainer.start(), 2);
                int before = classifier.model().manager().getManagedArrays().size();
                trainer.run(state, 8);
                assertThat(classifier.model().manager().getManagedArrays()).hasSize(before);
            }
        }
    }

    private static TrainState learnt(TextClassifier classifier, List<Labelled> rows, int steps, long seed) {
        Trainer<Labelled> trainer = new Trainer<>(
                loop(1e-2),
                ClassifierTrainer.learner(classifier, settings(1e-2), LORA),
                new Classification(classifier),
                rows,
                List.of(),
                steps,
                seed,
                Progress.SILENT);
        return trainer.run(trainer.start(), steps);
    }

    private static MetaTrainer<Labelled> trainer(
            TextClassifier classifier,
            Method method,
            MetaSettings settings,
            double rate,
            LongFunction<Task<Labelled>> tasks) {
        return new MetaTrainer<>(
                settings,
                ClassifierTrainer.learner(classifier, settings(rate), method),
                new Classification(classifier),
                tasks,
                ClassifierTrainer::isHead,
                1,
                Progress.SILENT);
    }

    private static TrainSettings settings(double rate) {
        return new TrainSettings(loop(rate), 1, 0, 32, rate, Pooling.MEAN);
    }

    private static LoopSettings loop(double rate) {
        return new LoopSettings(rate, Schedule.Kind.CONSTANT, 0, 0, 1, 64, 0, 0, 0, 0, 0);
    }

    private static Episodes episodes(int firstWord) {
        return Episodes.byLabel(rows(firstWord), WAYS, 2, 2);
    }

    /** Eight classes, twelve rows each: a word of the class, at any place among five that any class has. */
    private static List<Labelled> rows(int firstWord) {
        RandomGenerator random = Seeds.random(11 + firstWord);
        List<Labelled> rows = new ArrayList<>();
        for (int label = 0; label < 8; label++) {
            for (int i = 0; i < 12; i++) {
                long[] ids = random.longs(8, 280, 290).toArray();
                ids[0] = 2;
                ids[7] = 3;
                ids[1] = 20 + firstWord + label;
                rows.add(new Labelled((firstWord == 0 ? "a" : "b") + label + "-" + i, ids, label));
            }
        }
        return rows;
    }
}
