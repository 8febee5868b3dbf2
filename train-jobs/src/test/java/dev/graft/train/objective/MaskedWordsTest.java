// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.checkpoint.Safetensors;
import dev.graft.model.Adaptation;
import dev.graft.model.Architectures;
import dev.graft.model.HeadKind;
import dev.graft.model.Model;
import dev.graft.model.Modules;
import dev.graft.nn.Pass;
import dev.graft.train.TinyLlama;
import dev.graft.train.data.LabelledTokens;
import dev.graft.train.data.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Classes of tokens against transformers' logits, and words as they are hidden. */
class MaskedWordsTest {
    private static final Path FOLDERS = Path.of("..", "pipeline-core", "src", "test", "resources", "architectures");

    /** Cross entropy in double of the logits that transformers gave; padded and alone. */
    @ParameterizedTest
    @CsvSource({"bert-masked-lm, MASKED_LM", "modernbert-token, TOKENS", "roberta-token, TOKENS", "qwen2-token, TOKENS"
    })
    void theLossIsThatOfTransformersLogits(String folder, HeadKind head) throws IOException {
        JsonNode golden = json(folder, "golden.json");
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Modules modules = new Modules(
                    Safetensors.read(FOLDERS.resolve(folder).resolve("model.safetensors")),
                    folder,
                    manager,
                    Adaptation.NONE);
            Model model = Architectures.build(json(folder, "config.json"), folder, modules, head);
            modules.arrays().values().forEach(each -> each.setRequiresGradient(true));
            TokenClassification objective = new TokenClassification(model, manager);
            double all = 0;
            List<Words> rows = new java.util.ArrayList<>();
            for (JsonNode each : golden.get("cases")) {
                JsonNode logits = each.get("logits");
                long[] ids = TinyLlama.longs(each.get("ids"));
                int classes = logits.get(0).size();
                long[] labels = new long[ids.length];
                double sum = 0;
                for (int i = 0; i < ids.length; i++) {
                    labels[i] = i % 3 == 2 ? LabelledTokens.NONE : (ids[i] + i) % classes;
                    sum += labels[i] == LabelledTokens.NONE ? 0 : loss(logits.get(i), (int) labels[i]);
                }
                rows.add(new Words("case", ids, new int[ids.length], labels));
                all += sum;
                assertThat(objective
                                .evaluate(List.of(rows.get(rows.size() - 1)))
                                .loss())
                        .isCloseTo(sum / rows.get(rows.size() - 1).targets(), within(1e-4));
            }
            assertThat(objective.learn(rows, 1, Pass.EVALUATION)).isCloseTo(all, within(2e-3));
        }
    }

    private static double loss(JsonNode logits, int expected) {
        double sum = 0;
        for (JsonNode logit : logits) {
            sum += Math.exp(logit.asDouble());
        }
        return Math.log(sum) - logits.get(expected).asDouble();
    }

    private static JsonNode json(String folder, String file) throws IOException {
        return new ObjectMapper().readTree(FOLDERS.resolve(folder).resolve(file).toFile());
    }

    /** Token 1 and 2 are around the text, 999 hides; words have one to three tokens. */
    @Test
    void wholeWordsAreHiddenInTheSharesOfThePaper() {
        Words row = row(40);
        MaskedWords objective = objective(0.15);
        int drawn = 0;
        int masked = 0;
        int stayed = 0;
        for (long seed = 0; seed < 500; seed++) {
            Words hidden = objective.drawn(row, seed);
            assertThat(objective.drawn(row, seed).ids()).isEqualTo(hidden.ids());
            assertThat(hidden.labels()[0]).isEqualTo(LabelledTokens.NONE);
            for (int word = 0; word < 40; word++) {
                int number = word;
                int[] places = IntStream.range(0, row.tokens())
                        .filter(i -> row.words()[i] == number)
                        .toArray();
                long labelled = Arrays.stream(places)
                        .filter(i -> hidden.labels()[i] == row.ids()[i])
                        .count();
                long hides = Arrays.stream(places)
                        .filter(i -> hidden.ids()[i] == 999)
                        .count();
                assertThat(labelled).isIn(0L, (long) places.length);
                assertThat(hides).isIn(0L, (long) places.length);
                drawn += labelled > 0 ? 1 : 0;
                masked += hides > 0 ? 1 : 0;
                stayed += labelled > 0 && Arrays.stream(places).allMatch(i -> hidden.ids()[i] == row.ids()[i]) ? 1 : 0;
                assertThat(labelled > 0 || Arrays.stream(places).allMatch(i -> hidden.ids()[i] == row.ids()[i]))
                        .isTrue();
            }
        }
        assertThat(drawn / 500.0).isEqualTo(6);
        assertThat((double) masked / drawn).isCloseTo(0.8, within(0.03));
        assertThat((double) stayed / drawn).isCloseTo(0.1, within(0.03));
    }

    @Test
    void aRowOfOneWordHasItHiddenAndOneOfNoneHasNoLoss() {
        assertThat(objective(0.15).drawn(row(1), 3).targets()).isPositive();
        assertThat(objective(0.15).drawn(row(0), 3).targets()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> objective(0)).withMessageContaining("rate is 0.0");
    }

    @Test
    void theFirstTokenOfAWordHasItsLabel() {
        Words row = new Words("a", new long[] {1, 5, 6, 7, 2}, new int[] {-1, 0, 1, 1, -1}, new long[5]);
        long none = LabelledTokens.NONE;
        assertThat(row.labelled(new long[] {3, 4}).labels()).containsExactly(none, 3, 4, none, none);
    }

    private static MaskedWords objective(double rate) {
        try (TinyLlama llama = TinyLlama.read()) {
            return new MaskedWords(new TokenClassification(llama.model(), llama.manager()), 999, 48, rate);
        }
    }

    private static Words row(int words) {
        int[] of = IntStream.concat(
                        IntStream.concat(
                                IntStream.of(Words.SPECIAL),
                                IntStream.range(0, words)
                                        .flatMap(word ->
                                                IntStream.generate(() -> word).limit(1 + word % 3))),
                        IntStream.of(Words.SPECIAL))
                .toArray();
        long[] ids = new long[of.length];
        Arrays.setAll(ids, i -> 50 + i);
        ids[0] = 1;
        ids[ids.length - 1] = 2;
        return Words.unlabelled("row", ids, of);
    }
}
