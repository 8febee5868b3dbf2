// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.jobs.tune.Arm;
import dev.graft.train.Example;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainPlanTest {
    private static TrainPlan plan(String compare) {
        return plan(compare, "");
    }

    private static TrainPlan plan(String compare, String tune) {
        return Settings.parse(
                "name = t, corpus { train = unused, label = label }\nstages = [{ name = tune, kind = train, " + tune
                        + " }]\n" + compare,
                root -> TrainPlan.read(root, Optional.empty()));
    }

    private static Corpus corpus(int originals, int augmented) {
        List<Example> rows = IntStream.range(0, augmented)
                .mapToObj(row -> new Example("text " + row, row % 2))
                .toList();
        return new Corpus(List.of("a", "b"), rows.subList(0, originals), rows, List.of(), rows, rows);
    }

    @Test
    void armsAreNamedInAnyOrder() {
        assertThat(plan("compare {}").arms())
                .containsExactly(Arm.TF_IDF, Arm.FROZEN_PROBE, Arm.ORIGINALS, Arm.ORIGINALS_EQUAL_STEPS, Arm.AUGMENTED);
        assertThat(plan("compare {}", "objective { consistency {}, self-training {} }")
                        .arms())
                .containsExactly(Arm.values());
        assertThat(plan("", "objective.consistency.ratio = 2").arms()).containsExactly(Arm.CONSISTENT);
        assertThat(plan("").arms()).containsExactly(Arm.AUGMENTED);
        assertThat(plan("compare.arms = [augmented, tf-idf]").arms()).containsExactly(Arm.TF_IDF, Arm.AUGMENTED);
    }

    @Test
    void sectionsAtTheTopAreOneStageEach() {
        TrainPlan plan = Settings.parse("""
                name = t, out = "/runs", corpus { train = unused, label = label }
                augment { operators = [{ operator = random-swap }] }
                train { seeds = [4, 5], arms = [tf-idf, augmented], max-steps = 3 }
                """, root -> TrainPlan.read(root, Optional.empty()));
        assertThat(plan.data().out()).isEqualTo("/runs");
        assertThat(plan.recipe().out()).isEqualTo("/runs/train");
        assertThat(plan.seeds()).containsExactly(4L, 5L);
        assertThat(plan.arms()).containsExactly(Arm.TF_IDF, Arm.AUGMENTED);

        assertThatThrownBy(() -> Settings.parse(
                        "name = t, corpus { train = unused, label = label }, train {}, stages = [{ name = tune, kind = train }]",
                        root -> TrainPlan.read(root, Optional.empty())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("train", "a stage of that kind in stages, or the section by itself");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[tf-idf, frozen-probe]", "[augmented, augmented]", "[augmented, tuned]"})
    void armsThatAreNotOrThatCompareNothingAreRefused(String arms) {
        assertThatThrownBy(() -> plan("compare.arms = " + arms))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("compare.arms", "frozen-probe", "each once", "one or more of originals");
    }

    @Test
    void aHeadThatSeesOtherThanTheProbeCannotStartAsIt() {
        assertThat(plan("", "objective { warm-start = true }").warmStart()).isTrue();
        assertThatThrownBy(() -> plan("", "objective { warm-start = true, pooling = first }"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("stages.tune.objective.warm-start", "false with pooling = first");
    }

    @Test
    void armsOfTheSameRowsAndStepsAreOneTraining() {
        Map<Arm, Arm> free = TrainJob.trainedAs(plan("compare {}", "batch-size = 4"), corpus(8, 20));
        free.forEach((arm, trained) -> assertThat(trained).isEqualTo(arm));

        assertThat(TrainJob.trainedAs(plan("compare {}", "batch-size = 4, max-steps = 5"), corpus(8, 20)))
                .containsEntry(Arm.ORIGINALS_EQUAL_STEPS, Arm.ORIGINALS)
                .containsEntry(Arm.AUGMENTED, Arm.AUGMENTED);
        assertThat(TrainJob.trainedAs(plan("compare {}"), corpus(8, 8)))
                .containsEntry(Arm.ORIGINALS_EQUAL_STEPS, Arm.ORIGINALS)
                .containsEntry(Arm.AUGMENTED, Arm.ORIGINALS)
                .containsEntry(Arm.FROZEN_PROBE, Arm.FROZEN_PROBE);
    }
}
