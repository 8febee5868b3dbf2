// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import static dev.graft.train.TinyClassifier.doubles;
import static dev.graft.train.TinyClassifier.first;
import static dev.graft.train.TinyClassifier.longs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import dev.graft.adapt.Full;
import dev.graft.adapt.Lora;
import dev.graft.adapt.Targets;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.config.Settings;
import dev.graft.nn.Pass;
import dev.graft.task.TextClassifier;
import dev.graft.train.ConsistencyTraining.Annealing;
import dev.graft.train.ConsistentClassification.Drawn;
import dev.graft.train.ConsistentClassification.Source;
import dev.graft.train.data.Labelled;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** With a tiny BERT; {@code regimes_golden.py} has the same in plain PyTorch. */
class ConsistentClassificationTest {
    private static final Offset<Double> CLOSE = within(2e-5);
    private static final String QUERY = "bert.encoder.layer.1.attention.self.query.weight";
    private static final Lora LORA = new Lora(4, 8, 0, new Targets.Named(List.of("query", "value")));

    @Test
    void lossAndGradientsAreThePapers() {
        JsonNode golden = TinyClassifier.golden().get("consistency");
        List<Labelled> labelled = TinyClassifier.rows(golden.get("labelled"));
        for (JsonNode each : golden.get("cases")) {
            try (TextClassifier classifier = TinyClassifier.of(new Full(), 3)) {
                TinyClassifier.startAsTheGolden(classifier);
                ConsistencyTraining how = new ConsistencyTraining(
                        golden.get("weight").asDouble(),
                        golden.get("temperature").asDouble(),
                        each.get("confidence").asDouble(),
                        1,
                        Annealing.valueOf(each.get("annealing").asText().toUpperCase(Locale.ROOT)));
                ConsistentClassification objective = objective(classifier, how, golden.get("twins"));
                List<Drawn> rows =
                        chosen(objective, labelled, each.get("progress").asDouble());
                int released = rows.stream().mapToInt(Drawn::targets).sum();
                assertThat(released).isEqualTo(each.get("released").asInt());

                classifier.model().parameters().values().forEach(p -> p.setRequiresGradient(true));
                double share = 1.0 / Math.max(1, released);
                double loss = 0;
                for (List<Drawn> pass : List.of(rows.subList(0, 1), rows.subList(1, 4))) {
                    loss += objective.learn(pass, share, Pass.EVALUATION) * share;
                }
                assertThat(loss).isCloseTo(each.get("loss").asDouble(), CLOSE);
                assertThat(first(gradient(classifier, QUERY), 24)).containsExactly(doubles(each.get("query")), CLOSE);
                assertThat(first(gradient(classifier, "classifier.weight"), 24))
                        .containsExactly(doubles(each.get("head")), CLOSE);
            }
        }
    }

    private static float[] gradient(TextClassifier classifier, String name) {
        try (NDArray gradient = Objects.requireNonNull(
                        classifier.model().parameters().get(name))
                .getGradient()) {
            return gradient.toFloatArray();
        }
    }

    private static ConsistentClassification objective(
            TextClassifier classifier, ConsistencyTraining how, JsonNode twins) {
        List<Source> pool = new ArrayList<>();
        twins.forEach(pair -> pool.add(new Source(longs(pair.get(0)), List.of(longs(pair.get(1))))));
        return new ConsistentClassification(new Classification(classifier), how, pool);
    }

    /** Draws until each labelled row has another unlabelled one, in the golden file's order. */
    private static List<Drawn> chosen(ConsistentClassification objective, List<Labelled> labelled, double progress) {
        List<Drawn> rows = new ArrayList<>();
        for (int i = 0; i < labelled.size(); i++) {
            ConsistentClassification one = new ConsistentClassification(
                    objective.supervised(),
                    objective.how(),
                    List.of(objective.pool().get(i)));
            rows.add(one.drawn(new Drawn(labelled.get(i)), i));
        }
        return objective.chosen(rows, progress);
    }

    @Test
    void aRowWithoutACopyContributesNothing() {
        List<Unlabelled> bare = List.of(new Unlabelled("Has no copy", List.of()));
        Map<String, List<Float>> plain = trained(Lesson.of(examples(), 3), Annealing.NONE);
        assertThat(trained(Lesson.of(examples(), 3).beside(bare).with(how(Annealing.NONE)), Annealing.NONE))
                .isEqualTo(plain);
        List<Unlabelled> some = List.of(new Unlabelled("A row", List.of("the row", "one row")));
        Map<String, List<Float>> twins =
                trained(Lesson.of(examples(), 3).beside(some).with(how(Annealing.NONE)), Annealing.NONE);
        assertThat(twins).isNotEqualTo(plain);
        List<Unlabelled> both = List.of(bare.get(0), some.get(0));
        assertThat(trained(Lesson.of(examples(), 3).beside(both).with(how(Annealing.NONE)), Annealing.NONE))
                .isEqualTo(twins);
    }

    @Test
    void equalSeedsGiveEqualWeights() {
        Lesson lesson = Lesson.of(examples(), 4).beside(unlabelled()).with(how(Annealing.LINEAR));
        assertThat(trained(lesson, Annealing.LINEAR)).isEqualTo(trained(lesson, Annealing.LINEAR));
    }

    @Test
    void aCutOffTrainingGoesOnBitForBit() {
        try (TextClassifier whole = TinyClassifier.of(LORA, 3);
                TextClassifier twice = TinyClassifier.of(LORA, 3)) {
            Trainer<Drawn> once = trainer(whole, 0);
            TrainState expected = once.run(once.start(), 6);
            Trainer<Drawn> cut = trainer(twice, 0);
            TrainState state = cut.run(cut.run(cut.start(), 2), 6);
            assertThat(state.losses()).isEqualTo(expected.losses());
            assertThat(values(state.parameters())).isEqualTo(values(expected.parameters()));
        }
    }

    /** In two passes the step learns what it does in one. */
    @Test
    void passesDoNotChangeTheResult() {
        try (TextClassifier one = TinyClassifier.of(LORA, 3);
                TextClassifier several = TinyClassifier.of(LORA, 3)) {
            TrainState expected = trainer(one, 0).run(trainer(one, 0).start(), 2);
            TrainState state = trainer(several, 40).run(trainer(several, 40).start(), 2);
            for (int i = 0; i < 2; i++) {
                assertThat((double) state.losses().get(i))
                        .isCloseTo(expected.losses().get(i), within(1e-4));
            }
        }
    }

    /** The schedules of the paper's figure 2. */
    @Test
    void thresholdsRiseFromChanceToCertainty() {
        assertThat(Annealing.LINEAR.threshold(0, 4)).isEqualTo(0.25);
        assertThat(Annealing.LINEAR.threshold(0.5, 4)).isEqualTo(0.625);
        assertThat(Annealing.LINEAR.threshold(1, 4)).isEqualTo(1);
        assertThat(Annealing.EXP.threshold(1, 4)).isEqualTo(1);
        assertThat(Annealing.EXP.threshold(0, 4)).isCloseTo(0.25, within(0.01));
        assertThat(Annealing.LOG.threshold(0, 4)).isEqualTo(0.25);
        assertThat(Annealing.LOG.threshold(1, 4)).isCloseTo(1, within(0.01));
        assertThat(Annealing.NONE.threshold(0, 4)).isEqualTo(1);
        IntStream.range(1, 10)
                .mapToDouble(i -> i / 10.0)
                .forEach(progress -> assertThat(Annealing.EXP.threshold(progress, 4))
                        .isLessThan(Annealing.LINEAR.threshold(progress, 4))
                        .isLessThan(Annealing.LOG.threshold(progress, 4)));
    }

    @Test
    void saysWhatIsAllowed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConsistencyTraining(1, 0, 0.5, 1, Annealing.NONE))
                .withMessage("temperature is 0.0; allowed is more than 0 and up to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConsistencyTraining(1, 1, 1, 1, Annealing.NONE))
                .withMessageContaining("confidence");
        Optional<ConsistencyTraining> none = Settings.parse("", ConsistencyTraining::in);
        assertThat(none).isEmpty();
        assertThat(Settings.parse("consistency { annealing = log, ratio = 2 }", ConsistencyTraining::in))
                .contains(new ConsistencyTraining(1, 0.4, 0.8, 2, Annealing.LOG));
    }

    private static Trainer<Drawn> trainer(TextClassifier classifier, int passTokens) {
        TrainSettings settings = settings(passTokens);
        return new Trainer<>(
                settings.loop(),
                ClassifierTrainer.learner(classifier, settings, LORA),
                ConsistentClassification.of(classifier, how(Annealing.EXP), unlabelled()),
                examples().stream()
                        .map(example -> new Drawn(new Labelled(
                                example.text(), classifier.tokenizer().ids(example.text()), example.label())))
                        .toList(),
                List.of(),
                6,
                3,
                Progress.SILENT);
    }

    private static Map<String, List<Float>> trained(Lesson lesson, Annealing annealing) {
        try (TextClassifier classifier = TinyClassifier.of(LORA, 3)) {
            TrainSettings settings = settings(0);
            List<Drawn> rows = lesson.examples().stream()
                    .map(example -> new Drawn(
                            new Labelled(example.text(), classifier.tokenizer().ids(example.text()), example.label())))
                    .toList();
            ConsistencyTraining how = lesson.consistency().orElse(how(annealing));
            Trainer<Drawn> trainer = new Trainer<>(
                    settings.loop(),
                    ClassifierTrainer.learner(classifier, settings, LORA),
                    ConsistentClassification.of(classifier, how, lesson.unlabelled()),
                    rows,
                    List.of(),
                    lesson.steps(),
                    7,
                    Progress.SILENT);
            return values(trainer.run(trainer.start(), lesson.steps()).parameters());
        }
    }

    private static TrainSettings settings(int passTokens) {
        return new TrainSettings(
                new LoopSettings(1e-3, Schedule.Kind.LINEAR, 0, 0.01, 1, 2, 0, passTokens, 0, 0, 0),
                1,
                0,
                32,
                1e-2,
                dev.graft.adapt.Pooling.MEAN);
    }

    private static ConsistencyTraining how(Annealing annealing) {
        return new ConsistencyTraining(1, 0.5, 0, 2, annealing);
    }

    private static List<Unlabelled> unlabelled() {
        return List.of(
                new Unlabelled("where is it", List.of("where it is", "were is it")),
                new Unlabelled("I paid twice", List.of("I payed twice")),
                new Unlabelled("no copy", List.of()));
    }

    private static List<Example> examples() {
        return ClassifierTrainerTest.examples().stream()
                .filter(example -> example.text().length() < 30)
                .toList();
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
}
