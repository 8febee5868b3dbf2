// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.graft.checkpoint.BaseModel;
import dev.graft.checkpoint.CheckpointException;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.checkpoint.Weights;
import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.model.HeadKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One method, LoRA, on all families and heads; what holds for all methods is in MethodsTest. */
class AdaptedModelTest {
    private static final List<String> LABELS = List.of("yes", "no", "maybe", "later");

    static Stream<String> folders() {
        return TinyModels.names();
    }

    private static AdaptedModel adapted(String name, HeadKind head, List<String> labels, long seed) {
        return new AdaptedModel(TinyModels.read(name), head, labels, Lora.DEFAULT, seed, Device.cpu());
    }

    @ParameterizedTest
    @MethodSource("folders")
    void startsAsTheBaseAndIsItAgainWithTheAdapterOff(String name) {
        try (AdaptedModel adapted = adapted(name, TinyModels.head(name), List.of(), 1)) {
            float[] start = TinyModels.outputs(adapted);
            try (AdaptedModel.Base base = adapted.base()) {
                assertThat(TinyModels.outputs(adapted)).isEqualTo(start);
            }
            TinyModels.disturb(adapted, 1);
            float[] moved = TinyModels.outputs(adapted);
            assertThat(moved).isNotEqualTo(start);
            Weights trained = adapted.weights();
            try (AdaptedModel.Base base = adapted.base()) {
                assertThat(TinyModels.outputs(adapted)).isEqualTo(start);
            }
            assertThat(TinyModels.outputs(adapted)).isEqualTo(moved);
            assertThat(adapted.weights().names()).isEqualTo(trained.names());
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void eachParameterHasAGradientAndNothingElseMoves(String name) {
        try (AdaptedModel adapted = adapted(name, TinyModels.head(name), List.of(), 2)) {
            List<float[]> before = new ArrayList<>();
            adapted.parameters().values().forEach(each -> before.add(each.toFloatArray()));
            try (AdaptedModel.Base base = adapted.base()) {
                before.add(TinyModels.outputs(adapted));
            }
            TinyModels.train(adapted, 2, 0.05); // A's gradient is zero until B has moved
            List<NDArray> after = new ArrayList<>(adapted.parameters().values());
            List<String> names = new ArrayList<>(adapted.parameters().keySet());
            for (int i = 0; i < names.size(); i++) {
                assertThat(after.get(i).toFloatArray()).as(names.get(i)).isNotEqualTo(before.get(i));
            }
            try (AdaptedModel.Base base = adapted.base()) {
                assertThat(TinyModels.outputs(adapted)).isEqualTo(before.get(names.size()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void aNewHeadIsDrawnFromTheSeedAndTrained(String name) {
        for (HeadKind head : List.of(HeadKind.SEQUENCE, HeadKind.TOKENS)) {
            try (AdaptedModel adapted = adapted(name, head, LABELS, 3);
                    AdaptedModel same = adapted(name, head, LABELS, 3);
                    AdaptedModel other = adapted(name, head, LABELS, 4)) {
                float[] logits = TinyModels.outputs(adapted);
                assertThat(logits).hasSize(LABELS.size() * (head == HeadKind.SEQUENCE ? 2 : 14));
                assertThat(TinyModels.outputs(same)).isEqualTo(logits);
                assertThat(TinyModels.outputs(other)).isNotEqualTo(logits);
                Set<String> heads = new TreeSet<>(adapted.parameters().keySet());
                heads.removeIf(each -> each.contains(".lora_"));
                assertThat(heads)
                        .isNotEmpty()
                        .allMatch(each -> each.matches("(bert.pooler|.*classifier|score|head).*"));
                assertThat(TinyModels.read(name).weights().names())
                        .noneMatch(each -> heads.contains(each)
                                && each.endsWith("classifier.weight")
                                && TinyModels.head(name) == HeadKind.MASKED_LM);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = HeadKind.class,
            names = {"NONE", "SEQUENCE", "TOKENS", "MASKED_LM"})
    void theModelThatComesWithGraftHasAnyHeadOfAnEncoder(HeadKind head) {
        List<String> labels = head == HeadKind.SEQUENCE || head == HeadKind.TOKENS ? LABELS : List.of();
        ModelFolder files = BaseModel.files(BaseModel.MINILM);
        try (AdaptedModel adapted = new AdaptedModel(files, head, labels, Lora.DEFAULT, 1, Device.cpu())) {
            assertThat(TinyModels.outputs(adapted)).isNotEmpty();
            assertThat(adapted.parameters())
                    .containsKey("bert.encoder.layer.5.attention.output.dense.lora_B.weight")
                    .doesNotContainKey("bert.pooler.dense.lora_A.weight");
            assertThat(adapted.parameters().containsKey("classifier.weight")).isEqualTo(!labels.isEmpty());
        }
    }

    @Test
    void weightsAreRestoredByNameOrNotAtAll() {
        try (AdaptedModel adapted = adapted("llama", HeadKind.CAUSAL_LM, List.of(), 1);
                AdaptedModel other = adapted("llama", HeadKind.SEQUENCE, LABELS, 1)) {
            TinyModels.disturb(adapted, 5);
            Weights weights = adapted.weights();
            float[] outputs = TinyModels.outputs(adapted);
            TinyModels.disturb(adapted, 6);
            adapted.restore(weights, "a test");
            assertThat(TinyModels.outputs(adapted)).isEqualTo(outputs);
            assertThatThrownBy(() -> other.restore(weights, "a test"))
                    .isInstanceOf(AdapterException.class)
                    .hasMessageContaining("missing keys [score.weight]");
        }
    }

    @Test
    void saysWhatIsWrongWithTheArguments() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> adapted("llama", HeadKind.SEQUENCE, List.of("a", "a"), 1))
                .withMessageContaining("each once");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> adapted("llama", HeadKind.CAUSAL_LM, LABELS, 1))
                .withMessageContaining("none with the head CAUSAL_LM");
        assertThatThrownBy(() -> adapted("llama", HeadKind.SEQUENCE, List.of(), 1))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("no tensor score.weight");
        Lora elsewhere = new Lora(2, 4, 0, new Targets.Named(List.of("q_proj", "query")));
        assertThatThrownBy(() -> new AdaptedModel(
                        TinyModels.read("llama"), HeadKind.CAUSAL_LM, List.of(), elsewhere, 1, Device.cpu()))
                .isInstanceOf(AdapterException.class)
                .hasMessageContainingAll("names query, which", "self_attn.q_proj");
    }

    @Test
    void targetsAreNamesEndsOfNamesOrARegularExpression() {
        assertThat(Settings.parse("", Methods::read)).isEqualTo(Lora.DEFAULT);
        assertThat(Settings.parse("kind = lora, r = 4, target-modules = [v_proj, q_proj]", Methods::read))
                .isEqualTo(new Lora(4, 16, 0, new Targets.Named(List.of("q_proj", "v_proj"))));
        assertThat(Settings.parse("target-modules = \".*proj\"", Methods::read))
                .isEqualTo(new Lora(8, 16, 0, new Targets.Matching(".*proj")));
        assertThat(new Targets.Named(List.of("output.dense")).match("layer.0.output.dense"))
                .isTrue();
        assertThat(new Targets.Named(List.of("dense")).match("layer.0.subdense"))
                .isFalse();
        assertThat(new Targets.Matching(".*q_proj").match("a.q_proj")).isTrue();
        assertThat(new Targets.Matching("q_proj").match("a.q_proj")).isFalse();
        assertThat(new Targets.AllLinear().match("lm_head")).isFalse();
        assertThatThrownBy(() -> Settings.parse("kind = lorra, r = 4", Methods::read))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("kind: given \"lorra\"");
        assertThatThrownBy(() -> Settings.parse("target-modules = \"(\"", Methods::read))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("target-modules");
        assertThatThrownBy(() -> Settings.parse("r = 0, ranks = 3", Methods::read))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("r: given 0", "ranks is not a known key");
    }
}
