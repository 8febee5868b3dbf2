// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.model.HeadKind;
import dev.graft.nn.Context;
import dev.graft.nn.Masks;
import dev.graft.nn.Pass;
import dev.graft.nn.TokenBatch;
import dev.graft.nn.engine.GradMode;
import dev.graft.nn.engine.Gradients;
import dev.graft.nn.engine.Threads;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers that are computed again on the way back give the gradients of those that are kept, for each method and family. */
class ActivationCheckpointingTest {
    @BeforeAll
    static void oneThread() {
        Threads.one();
    }

    static Stream<Arguments> each() {
        return Stream.concat(
                MethodsTest.each(),
                Stream.of("llama", "gpt2", "bert-masked-lm")
                        .map(family -> Arguments.of("kind = lora, r = 4, lora-dropout = 0.3", family)));
    }

    @ParameterizedTest
    @MethodSource("each")
    void gradientsAreThoseOfLayersThatAreKept(String method, String family) {
        boolean classes = method.contains("head-only");
        try (AdaptedModel adapted = MethodsTest.adapted(
                method,
                family,
                classes ? HeadKind.SEQUENCE : TinyModels.head(family),
                classes ? List.of("a", "b") : List.of())) {
            TinyModels.disturb(adapted, 4);
            adapted.parameters().values().forEach(each -> each.setRequiresGradient(true));
            SortedMap<String, float[]> kept = gradients(adapted, false);
            SortedMap<String, float[]> again = gradients(adapted, true);
            // What is before the layers has its gradients added in another order.
            again.forEach((name, gradient) -> assertThat(gradient)
                    .as(name)
                    .containsExactly(kept.get(name), org.assertj.core.api.Assertions.within(1e-6f)));
        }
    }

    /** The trap: behind a frozen embedding, a layer that is computed again is no part of any graph unless it is made one. */
    @Test
    void withAFrozenBaseEachBHasAGradient() {
        try (AdaptedModel adapted = MethodsTest.adapted("kind = lora, r = 4", "llama", HeadKind.CAUSAL_LM, List.of())) {
            adapted.parameters().values().forEach(each -> each.setRequiresGradient(true));
            for (Map.Entry<String, float[]> each : gradients(adapted, true).entrySet()) {
                if (each.getKey().contains("lora_B")) {
                    assertThat(each.getValue()).as(each.getKey()).isNotEqualTo(new float[each.getValue().length]);
                }
            }
        }
    }

    static SortedMap<String, float[]> gradients(AdaptedModel adapted, boolean checkpointing) {
        Masks masks = new Masks(7);
        Pass pass = Pass.training(masks).checkpointing(checkpointing);
        int arrays = adapted.manager().getManagedArrays().size();
        try (NDManager scope = adapted.manager().newSubManager();
                GradMode on = GradMode.on()) {
            TokenBatch batch = TokenBatch.padded(TinyModels.ROWS, scope);
            Context context = Context.of(batch.layout(), scope, pass);
            NDArray states = adapted.model().states(batch.ids(), context);
            NDArray outputs = adapted.model().logits(states, context);
            Gradients.backward(outputs.square().mean());
            assertThat(pass.isDue()).isEqualTo(checkpointing);
            pass.backward();
            assertThat(pass.isDue()).isFalse();
        }
        SortedMap<String, float[]> gradients = new TreeMap<>();
        adapted.parameters().forEach((name, array) -> {
            try (NDArray gradient = array.getGradient()) {
                gradients.put(name, gradient.toFloatArray());
            }
            Gradients.clear(array);
        });
        assertThat(adapted.manager().getManagedArrays()).hasSize(arrays);
        return gradients;
    }
}
