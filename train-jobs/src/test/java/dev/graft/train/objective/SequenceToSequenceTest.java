// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.objective;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.nn.Masks;
import dev.graft.nn.Pass;
import dev.graft.nn.engine.Gradients;
import dev.graft.train.Figures;
import dev.graft.train.FirstStep;
import dev.graft.train.TinyLlama;
import dev.graft.train.TranslatorModel;
import dev.graft.train.data.SourceTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses and gradients as torch and transformers have them: src/test/python/translate_golden.py. */
class SequenceToSequenceTest {
    private static final Path FOLDERS = Path.of("..", "pipeline-core", "src", "test", "resources", "translators");

    private static JsonNode golden(String folder) throws IOException {
        return new ObjectMapper()
                .readTree(Path.of("src", "test", "resources", "translate", "golden.json")
                        .toFile())
                .get(folder);
    }

    private static TranslatorModel model(String folder) {
        TranslatorModel model = new TranslatorModel(ModelFolder.ofTranslator(FOLDERS.resolve(folder)));
        model.parameters().values().forEach(each -> each.setRequiresGradient(true));
        return model;
    }

    private static List<SourceTarget> rows(JsonNode golden) {
        List<SourceTarget> rows = new ArrayList<>();
        golden.get("rows")
                .forEach(row -> rows.add(new SourceTarget(
                        "row " + rows.size(), TinyLlama.longs(row.get("source")), TinyLlama.longs(row.get("target")))));
        return rows;
    }

    @ParameterizedTest
    @ValueSource(strings = {"marian", "m2m-100"})
    void lossAndGradientsAreTorchsWithAndWithoutSmoothing(String folder) throws IOException {
        JsonNode golden = golden(folder);
        List<SourceTarget> rows = rows(golden);
        int targets = rows.stream().mapToInt(SourceTarget::targets).sum();
        try (TranslatorModel model = model(folder)) {
            for (JsonNode each : golden.get("cases")) {
                double loss = each.get("loss").asDouble();
                SequenceToSequence objective = new SequenceToSequence(
                        model.model(),
                        model.manager(),
                        golden.get("start").asLong(),
                        each.get("smoothing").asDouble());
                FirstStep step = FirstStep.of(model, objective, rows, false);
                assertThat(step.loss()).isCloseTo(loss / targets, within(1e-5 * loss));
                assertThat(step.norms().keySet()).isEqualTo(model.parameters().keySet());
                step.norms()
                        .forEach((name, norm) -> assertThat(norm)
                                .as(name)
                                .isCloseTo(each.get("norms").get(name).asDouble(), within(1e-4 * (1 + norm))));
                if (each.get("smoothing").asDouble() == 0) {
                    Figures figures = objective.evaluate(rows);
                    assertThat(figures.loss()).isCloseTo(loss / targets, within(1e-5 * loss));
                    assertThat(figures.others().get("perplexity"))
                            .isCloseTo(Math.exp(loss / targets), within(1e-3 * Math.exp(loss / targets)));
                }
            }
            SequenceToSequence last = objective(model, golden, 0.4);
            float[] shared = requireNonNull(
                    gradients(model, last, List.of(rows), targets).get("model.shared.weight"));
            JsonNode expected = golden.get("shared");
            for (int i = 0; i < shared.length; i++) {
                assertThat(shared[i]).isCloseTo((float) expected.get(i).asDouble(), within(1e-4f));
            }
        }
    }

    /** Padding and the number of passes are how it is computed, and not what. */
    @Test
    void paddingAndAccumulationChangeNeitherLossNorGradients() throws IOException {
        JsonNode golden = golden("marian");
        List<SourceTarget> rows = rows(golden);
        try (TranslatorModel model = model("marian")) {
            SequenceToSequence objective = objective(model, golden, 0.1);
            SortedMap<String, float[]> together = gradients(model, objective, List.of(rows), 10);
            SortedMap<String, float[]> alone =
                    gradients(model, objective, rows.stream().map(List::of).toList(), 10);
            together.forEach(
                    (name, gradient) -> assertThat(gradient).as(name).containsExactly(alone.get(name), within(1e-5f)));
            model.parameters().values().forEach(each -> each.setRequiresGradient(true));
            double sum = rows.stream()
                    .mapToDouble(row -> objective.learn(List.of(row), 1, Pass.EVALUATION))
                    .sum();
            assertThat(objective.learn(rows, 1, Pass.EVALUATION)).isCloseTo(sum, within(1e-4));
        }
    }

    @Test
    void dropoutIsDrawnFromTheSeedAloneAndNotInAnEvaluation() throws IOException {
        JsonNode golden = golden("marian");
        List<SourceTarget> rows = rows(golden);
        try (TranslatorModel model = model("marian")) {
            SequenceToSequence objective = objective(model, golden, 0.1);
            double first = objective.learn(rows, 1, Pass.training(new Masks(1)));
            assertThat(objective.learn(rows, 1, Pass.training(new Masks(1)))).isEqualTo(first);
            assertThat(objective.learn(rows, 1, Pass.training(new Masks(2)))).isNotEqualTo(first);
            assertThat(objective.evaluate(rows)).isEqualTo(objective.evaluate(rows));
        }
    }

    @Test
    void badArgumentsAreRefused() throws IOException {
        JsonNode golden = golden("marian");
        try (TranslatorModel model = model("marian")) {
            assertThatThrownBy(() -> objective(model, golden, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("label-smoothing is 1.0; allowed is from 0 to under 1");
        }
        assertThatThrownBy(() -> new SourceTarget("a.txt:3", new long[] {1}, new long[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a.txt:3");
    }

    private static SequenceToSequence objective(TranslatorModel model, JsonNode golden, double smoothing) {
        return new SequenceToSequence(
                model.model(), model.manager(), golden.get("start").asLong(), smoothing);
    }

    private static SortedMap<String, float[]> gradients(
            TranslatorModel model, SequenceToSequence objective, List<List<SourceTarget>> passes, int targets) {
        model.parameters().values().forEach(each -> each.setRequiresGradient(true));
        passes.forEach(pass -> objective.learn(pass, 1.0 / targets, Pass.EVALUATION));
        SortedMap<String, float[]> gradients = new TreeMap<>();
        model.parameters().forEach((name, parameter) -> {
            gradients.put(name, parameter.getGradient().toFloatArray());
            Gradients.clear(parameter);
            parameter.setRequiresGradient(false);
        });
        return gradients;
    }
}
