// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.adapt.AdaptedModel;
import dev.graft.adapt.AdapterException;
import dev.graft.adapt.AdapterFolder;
import dev.graft.adapt.Full;
import dev.graft.adapt.HeadPlan;
import dev.graft.adapt.Lora;
import dev.graft.adapt.Merge;
import dev.graft.adapt.ProblemType;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Tensor;
import dev.graft.checkpoint.Weights;
import dev.graft.corpus.InputException;
import dev.graft.nn.Pass;
import dev.graft.nn.Quantization;
import dev.graft.stats.LabelSets;
import dev.graft.task.TextClassifier;
import dev.graft.train.Figures;
import dev.graft.train.Objective;
import dev.graft.train.TinyClassifier;
import dev.graft.train.data.LabelColumn;
import dev.graft.train.data.RowFormat;
import dev.graft.train.data.TextTargets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several labels a text, and numbers: as transformers by problem_type, from src/test/python/targets_golden.py. */
class TextTargetsTest {
    private static final Offset<Double> CLOSE = within(1e-4);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode golden() {
        try {
            return JSON.readTree(TextTargetsTest.class.getResource("/dev/graft/train/targets.json"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<TextTargets> rows(JsonNode of) {
        List<TextTargets> rows = new ArrayList<>();
        for (int i = 0; i < of.get("rows").size(); i++) {
            double[] given = TinyClassifier.doubles(of.get("targets").get(i));
            float[] expected = new float[given.length];
            for (int k = 0; k < given.length; k++) {
                expected[k] = (float) given[k];
            }
            rows.add(new TextTargets(
                    "row " + i, TinyClassifier.longs(of.get("rows").get(i)), expected));
        }
        return rows;
    }

    private static AdaptedModel model(ProblemType problem) {
        List<String> labels = problem == ProblemType.REGRESSION ? List.of("stars") : List.of("a", "b", "c");
        return new AdaptedModel(
                ModelFolder.read(TinyClassifier.FOLDER),
                HeadPlan.ofTexts(labels, problem),
                new Full(),
                Quantization.NONE,
                1,
                Device.cpu());
    }

    private static void startAsTheGolden(AdaptedModel model) {
        List<Tensor> all = new ArrayList<>();
        for (Tensor tensor : model.weights().tensors()) {
            float[] values = tensor.values();
            double scale =
                    tensor.name().contains("pooler") ? 0.3 : tensor.name().startsWith("classifier.") ? 0.5 : 0;
            for (int i = 0; i < values.length && scale > 0; i++) {
                values[i] = (float) (scale * Math.sin(1 + i));
            }
            all.add(Tensor.of(tensor.name(), tensor.shape(), values));
        }
        model.restore(new Weights(all), "the golden file");
    }

    private static Objective<TextTargets> objective(ProblemType problem, AdaptedModel model) {
        return problem == ProblemType.REGRESSION
                ? new Regression(model.model(), model.manager())
                : new SeveralLabels(model.model(), model.manager(), 0.5);
    }

    @ParameterizedTest
    @EnumSource(
            value = ProblemType.class,
            names = {"MULTI_LABEL_CLASSIFICATION", "REGRESSION"})
    void lossLogitsAndGradientsAreThoseOfTransformers(ProblemType problem) {
        JsonNode golden = golden().get(problem.name().toLowerCase(Locale.ROOT));
        List<TextTargets> rows = rows(golden);
        try (AdaptedModel model = model(problem)) {
            startAsTheGolden(model);
            List<TextLogits.Answer> answers = new TextLogits(model.model(), model.manager()).evaluated(rows);
            assertThat(answers).extracting(TextLogits.Answer::row).containsExactlyInAnyOrderElementsOf(rows);
            for (TextLogits.Answer answer : answers) {
                float[] logits = answer.logits();
                assertThat(TinyClassifier.first(logits, logits.length))
                        .as(answer.row().id())
                        .containsExactly(
                                TinyClassifier.doubles(golden.get("logits").get(rows.indexOf(answer.row()))), CLOSE);
            }
            Objective<TextTargets> objective = objective(problem, model);
            double loss = golden.get("loss").asDouble();
            assertThat(objective.evaluate(rows).loss()).isCloseTo(loss, within(1e-4 * Math.max(1, loss)));
            model.parameters().values().forEach(each -> each.setRequiresGradient(true));
            double sum = 0;
            // Accumulated over passes of other lengths, as one padded batch there.
            for (List<TextTargets> pass : List.of(rows.subList(0, 1), rows.subList(1, 4))) {
                sum += objective.learn(pass, 0.25, Pass.EVALUATION) / 4;
            }
            assertThat(sum).isCloseTo(loss, within(1e-4 * Math.max(1, loss)));
            golden.get("gradients").fields().forEachRemaining(each -> {
                double[] expected = TinyClassifier.doubles(each.getValue());
                double largest = Arrays.stream(expected).map(Math::abs).max().orElse(1);
                assertThat(gradient(model, each.getKey(), expected.length))
                        .as(each.getKey())
                        .containsExactly(expected, within(1e-4 * Math.max(1, largest)));
            });
        }
    }

    private static double[] gradient(AdaptedModel model, String name, int count) {
        try (NDArray gradient =
                Objects.requireNonNull(model.parameters().get(name), name).getGradient()) {
            return TinyClassifier.first(gradient.toFloatArray(), count);
        }
    }

    @Test
    void correlationsAreThoseOfSciPyAndAreNotToldWhereThereAreNone() {
        JsonNode golden = golden().get("regression");
        try (AdaptedModel model = model(ProblemType.REGRESSION)) {
            startAsTheGolden(model);
            Objective<TextTargets> objective = objective(ProblemType.REGRESSION, model);
            Map<String, Double> figures = objective.evaluate(rows(golden)).others();
            assertThat(figures.get("pearson")).isCloseTo(golden.get("pearson").asDouble(), CLOSE);
            assertThat(figures.get("spearman")).isCloseTo(golden.get("spearman").asDouble(), CLOSE);
            assertThat(figures.get("rmse"))
                    .isCloseTo(Math.sqrt(golden.get("loss").asDouble()), CLOSE);
            Figures one = objective.evaluate(rows(golden).subList(0, 1));
            assertThat(one.others()).containsOnlyKeys("mse", "rmse");
        }
    }

    @Test
    void figuresOfSetsAreThoseOfScikitLearn() {
        JsonNode golden = golden().get("figures");
        LabelSets sets = LabelSets.of(sets(golden.get("expected")), sets(golden.get("predicted")));
        assertThat(sets.microF1()).isCloseTo(golden.get("micro").asDouble(), within(1e-12));
        assertThat(sets.macroF1()).isCloseTo(golden.get("macro").asDouble(), within(1e-12));
        assertThat(sets.exactMatch()).isCloseTo(golden.get("exact").asDouble(), within(1e-12));
        assertThatIllegalArgumentException().isThrownBy(() -> LabelSets.of(new boolean[0][], new boolean[0][]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelSets.of(new boolean[][] {{true}}, new boolean[][] {{true, false}}))
                .withMessageContaining("row 0 has 1 expected and 2 predicted labels");
    }

    private static boolean[][] sets(JsonNode rows) {
        boolean[][] sets = new boolean[rows.size()][];
        for (int row = 0; row < sets.length; row++) {
            sets[row] = new boolean[rows.get(row).size()];
            for (int i = 0; i < sets[row].length; i++) {
                sets[row][i] = rows.get(row).get(i).asInt() == 1;
            }
        }
        return sets;
    }

    @ParameterizedTest
    @EnumSource(
            value = ProblemType.class,
            names = {"MULTI_LABEL_CLASSIFICATION", "REGRESSION"})
    void whatTheLogitsMeanIsKeptWithTheAdapterAndReadStrictly(ProblemType problem, @TempDir Path folder)
            throws IOException {
        String key = problem.name().toLowerCase(Locale.ROOT);
        List<String> labels = problem == ProblemType.REGRESSION ? List.of("stars") : List.of("a", "b");
        ModelFolder files = ModelFolder.read(TinyClassifier.FOLDER);
        Path adapter = folder.resolve("adapter");
        try (AdaptedModel model = new AdaptedModel(
                files, HeadPlan.ofTexts(labels, problem), Lora.DEFAULT, Quantization.NONE, 1, Device.cpu())) {
            AdapterFolder.write(adapter, model);
        }
        AdapterFolder read = AdapterFolder.read(adapter, List.of());
        assertThat(read.problem()).isEqualTo(problem);
        assertThat(read.labels()).isEqualTo(labels);
        assertThat(Files.readString(adapter.resolve("model-card.md"))).contains("| problem type | " + key + " |");
        ModelFolder merged = Merge.adapters(
                files,
                List.of(adapter),
                List.of(),
                (any, difference) -> assertThat(difference).isLessThan(1e-4));
        assertThat(merged.config().path("problem_type").asText()).isEqualTo(key);
        assertThatThrownBy(() -> TextClassifier.trained(files, read, 30, Device.cpu()))
                .isInstanceOf(AdapterException.class)
                .hasMessageContainingAll("is of the problem type " + key, "single_label_classification");
        Path side = adapter.resolve("classifier.json");
        Files.writeString(side, Files.readString(side).replace(key, "two_labels"));
        assertThatThrownBy(() -> AdapterFolder.read(adapter, List.of()))
                .isInstanceOf(AdapterException.class)
                .hasMessageContainingAll("classifier.json: problem_type is \"two_labels\"", "\"regression\"");
    }

    @Test
    void numbersAreStoredAsTheyAre() {
        TextTargets row = new TextTargets("x", new long[] {2, 5}, new float[] {-1.25e-7f, 3e30f, 0, 1});
        TextTargets read = RowFormat.TARGETS.row("x", ByteBuffer.wrap(RowFormat.TARGETS.bytes(row)));
        assertThat(read.ids()).isEqualTo(row.ids());
        assertThat(read.expected()).isEqualTo(row.expected());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\'',
            value = {
                "{\"l\": [\"a\", \"b c\"]};a,b c",
                "{\"l\": \"a|b c| \"};a,b c",
                "{\"l\": \"[\\\"a\\\", \\\"b|c\\\"]\"};a,b|c",
                "{\"l\": []};''",
                "{\"l\": \"\"};''",
            })
    void labelsAreAListOrATextWithSeparators(String json, String expected) throws IOException {
        assertThat(String.join(",", new LabelColumn("l", "|").labels(JSON.readTree(json))))
                .isEqualTo(expected);
        assertThat(new LabelColumn("l", "").labels(JSON.readTree("{\"l\": \"a|b\"}")))
                .containsExactly("a|b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"l\": null}", "{\"l\": 3}", "{\"l\": [3]}", "{\"l\": [\"\"]}", "{\"l\": \"[a\"}"})
    void whatIsNoListOfLabelsIsRefused(String json) {
        assertThatThrownBy(() -> new LabelColumn("l", "|").labels(JSON.readTree(json)))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("l is ", "allowed is a list of labels");
    }

    @Test
    void aNumberMayBeWrittenAsATextAndNothingElseIsOne() throws IOException {
        LabelColumn column = new LabelColumn("n", "");
        assertThat(column.number(JSON.readTree("{\"n\": -3}"))).isEqualTo(-3f);
        assertThat(column.number(JSON.readTree("{\"n\": \" 2.5 \"}"))).isEqualTo(2.5f);
        for (String json : List.of("{}", "{\"n\": \"good\"}", "{\"n\": \"NaN\"}", "{\"n\": true}", "{\"n\": 1e60}")) {
            assertThatThrownBy(() -> column.number(JSON.readTree(json)))
                    .as(json)
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("allowed is a number");
        }
    }
}
