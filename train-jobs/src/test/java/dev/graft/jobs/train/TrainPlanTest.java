// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.checkpoint.BaseModel;
import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.jobs.tune.Arm;
import dev.graft.jobs.tune.Chained;
import dev.graft.jobs.tune.StartingWeights;
import dev.graft.jobs.tune.TestNoise;
import dev.graft.train.Example;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
        return new Corpus(List.of("a", "b"), rows.subList(0, originals), rows, List.of(), rows);
    }

    /** Three classes of 40, 6 and 2 rows, with two copies each. */
    private static Corpus unequal() {
        List<Example> originals = IntStream.range(0, 48)
                .mapToObj(row -> new Example("text " + row, row < 40 ? 0 : row < 46 ? 1 : 2))
                .toList();
        List<Example> augmented = new ArrayList<>(originals);
        List<Integer> sources = new ArrayList<>(IntStream.range(0, 48).boxed().toList());
        for (int copy = 0; copy < 96; copy++) {
            augmented.add(new Example(
                    originals.get(copy / 2).text() + ", copy " + copy,
                    originals.get(copy / 2).label()));
            sources.add(copy / 2);
        }
        return new Corpus(
                List.of("a", "b", "c"), originals, augmented, sources, List.of(), Map.of("test", originals), List.of());
    }

    @Test
    void eachSeedDrawsRowsOfItsOwnWithTheirCopies() {
        Corpus corpus = unequal();
        Set<List<Example>> draws = new HashSet<>();
        for (long seed = 1; seed <= 20; seed++) {
            Corpus drawn = corpus.drawn(5, seed);
            assertThat(drawn).isEqualTo(corpus.drawn(5, seed));
            assertThat(drawn.originals()).hasSize(12).isSubsetOf(corpus.originals());
            assertThat(drawn.originals().stream().map(Example::label))
                    .containsOnly(0, 1, 2)
                    .filteredOn(label -> label == 2)
                    .hasSize(2);
            assertThat(drawn.augmented()).hasSize(36);
            for (int row = 0; row < 36; row++) {
                Example source = drawn.originals().get(drawn.sources().get(row));
                assertThat(drawn.augmented().get(row).text() + ",").startsWith(source.text() + ",");
            }
            assertThat(drawn.test()).isEqualTo(corpus.test());
            draws.add(drawn.originals());
        }
        assertThat(draws).hasSizeGreaterThan(18);
        assertThat(corpus.drawn(0, 7)).isSameAs(corpus);
    }

    @Test
    void drawsAreOfTheComparisonAndBalanceIsOfTheStage() {
        assertThat(plan("compare.per-class = 10").compare().perClass()).isEqualTo(10);
        assertThat(plan("compare {}").compare().perClass()).isZero();
        assertThat(plan("compare {}").balanced()).isFalse();
        TrainPlan balanced = plan("compare {}", "balanced = true");
        assertThat(balanced.balanced()).isTrue();
        assertThat(balanced.fingerprint()).isNotEqualTo(plan("compare {}").fingerprint());
        assertThatThrownBy(() -> plan("compare.per-class = 10", "objective.warm-start = true"))
                .hasMessageContaining("false with compare.per-class");
        TrainPlan drawn =
                plan("compare { per-class = 2, seeds = [1, 2] }", "epochs = 10, max-steps = 200, batch-size = 4");
        assertThat(TrainJob.trainedAs(drawn, unequal()))
                .as("with all rows, max-steps would make the originals' two the same training")
                .containsEntry(Arm.of(Arm.Kind.ORIGINALS_EQUAL_STEPS), Arm.of(Arm.Kind.ORIGINALS_EQUAL_STEPS));
    }

    @Test
    void armsAreNamedInAnyOrder() {
        assertThat(plan("compare {}").arms())
                .containsExactly(
                        Arm.of(Arm.Kind.TF_IDF),
                        Arm.of(Arm.Kind.FROZEN_PROBE),
                        Arm.of(Arm.Kind.ORIGINALS),
                        Arm.of(Arm.Kind.ORIGINALS_EQUAL_STEPS),
                        Arm.of(Arm.Kind.AUGMENTED));
        assertThat(plan("compare {}", "objective { consistency {}, self-training {} }")
                        .arms())
                .extracting(Arm::kind)
                .containsExactly(Stream.of(Arm.Kind.values())
                        .filter(kind -> kind != Arm.Kind.OTHER_START)
                        .toArray(Arm.Kind[]::new));
        assertThat(plan("", "objective.consistency.ratio = 2").arms()).containsExactly(Arm.of(Arm.Kind.CONSISTENT));
        assertThat(plan("").arms()).containsExactly(Arm.of(Arm.Kind.AUGMENTED));
        assertThat(plan("compare.arms = [augmented, tf-idf]").arms())
                .containsExactly(Arm.of(Arm.Kind.TF_IDF), Arm.of(Arm.Kind.AUGMENTED));
    }

    @Test
    void eachTestHasANameAndNoiseOfItsOwn() {
        assertThat(plan("compare {}").compare().noises())
                .extracting(TestNoise::name)
                .containsExactly("typos");
        assertThat(plan("compare.tests = [test, { test-with = keyboard-typos, alpha = 0.2 },"
                                + " { test-with = random-deletion }, { name = hard, test-with = keyboard-typos, alpha = 0.5 }]")
                        .compare()
                        .noises())
                .extracting(TestNoise::part)
                .containsExactly("test-with-typos", "test-with-random-deletion", "test-with-hard");
        assertThat(plan("compare.tests = [test]").compare().noises()).isEmpty();
        List<String> texts = List.of("the parcel that was promised for monday never arrived", "another text entirely");
        TestNoise.Noisy typos = noise("test-with = keyboard-typos, alpha = 0.5");
        assertThat(texts)
                .allSatisfy(text -> assertThat(typos.of("r", text))
                        .isEqualTo(noise("name = typos, test-with = keyboard-typos, alpha = 0.5")
                                .of("r", text))
                        .isNotEqualTo(noise("name = others, test-with = keyboard-typos, alpha = 0.5")
                                .of("r", text)));
    }

    private static TestNoise.Noisy noise(String test) {
        return plan("compare.tests = [test, { " + test + " }]")
                .compare()
                .noises()
                .get(0)
                .on(BaseModel.MINILM, 7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{ test-with = keyboard-typos }]",
                "[test, test]",
                "[test, { test-with = keyboard-typos }, { test-with = keyboard-typos, alpha = 0.5 }]",
                "[test, { name = test, test-with = keyboard-typos }]",
                "[test, { name = a/b, test-with = keyboard-typos }]",
                "[]"
            })
    void testsThatAreNotToldApartAreRefused(String tests) {
        assertThatThrownBy(() -> plan("compare.tests = " + tests))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("compare.tests", "allowed is", "test");
    }

    @Test
    void anArmMayStartWithOtherWeights() {
        TrainPlan plan = Settings.parse("""
                name = t, out = o, model = minilm, corpus { train = unused, label = label }
                stages = [
                  { name = domain, kind = train, objective { kind = masked-lm } }
                  { name = meta, kind = meta-learn, from = domain }
                  { name = tune, kind = train, from = meta }
                  { name = late, kind = train, from = tune }
                ]
                compare { stage = tune
                  arms = [tuned, { name = no-meta, from = domain }, { name = no-domain, from = model }, tf-idf] }
                """, root -> TrainPlan.read(root, Optional.of("tune")));
        assertThat(plan.arms()).extracting(Arm::name).containsExactly("tf-idf", "no-domain", "no-meta", "tuned");
        assertThat(plan.compare().exported().name()).isEqualTo("tuned");
        Chained domain = new Chained("o/domain", "minilm");
        assertThat(plan.arms())
                .extracting(plan::start)
                .as("what is meta-learnt on top of a domain is so in a stage that goes on with it")
                .containsExactly(
                        new StartingWeights("o/domain/merged", domain, "o/meta"),
                        new StartingWeights("minilm", null, null),
                        new StartingWeights("o/domain/merged", domain, null),
                        new StartingWeights("o/domain/merged", domain, "o/meta"));
        assertThat(TrainJob.trainedAs(plan, corpus(8, 20)).values())
                .as("all differ")
                .doesNotHaveDuplicates();
        assertThatThrownBy(() -> plan("compare.arms = [tuned, { name = later, from = tune }]"))
                .hasMessageContainingAll("compare.arms.later.from", "\"tune\"", "model");
        assertThatThrownBy(
                        () -> plan("compare.arms = [tuned, { name = x, from = model }]", "objective.warm-start = true"))
                .hasMessageContaining("false with arms of other weights");
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
        assertThat(plan.arms()).containsExactly(Arm.of(Arm.Kind.TF_IDF), Arm.of(Arm.Kind.AUGMENTED));

        String twice =
                "name = t, corpus { train = unused, label = label }, train { arms = [augmented] }, compare { seeds = [1] }";
        assertThatThrownBy(() -> Settings.parse(twice, root -> TrainPlan.read(root, Optional.empty())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("compare: given", "nothing, where train has keys of it");
        assertThatThrownBy(() -> Settings.parse(
                        "name = t, corpus { train = unused, label = label }, train {}, stages = [{ name = tune, kind = train }]",
                        root -> TrainPlan.read(root, Optional.empty())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("train", "a stage of that kind in stages, or the section by itself");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[tf-idf, frozen-probe]",
                "[augmented, augmented]",
                "[augmented, tuned]",
                "[augmented, learned]",
                "[augmented, { name = x }]",
                "[{ name = x, from = model }]",
                "[tuned, { name = tuned, from = model }]",
                "[tuned, { name = x, from = model }, { name = x, from = model }]"
            })
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
                .containsEntry(Arm.of(Arm.Kind.ORIGINALS_EQUAL_STEPS), Arm.of(Arm.Kind.ORIGINALS))
                .containsEntry(Arm.of(Arm.Kind.AUGMENTED), Arm.of(Arm.Kind.AUGMENTED));
        assertThat(TrainJob.trainedAs(plan("compare {}"), corpus(8, 8)))
                .containsEntry(Arm.of(Arm.Kind.ORIGINALS_EQUAL_STEPS), Arm.of(Arm.Kind.ORIGINALS))
                .containsEntry(Arm.of(Arm.Kind.AUGMENTED), Arm.of(Arm.Kind.ORIGINALS))
                .containsEntry(Arm.of(Arm.Kind.FROZEN_PROBE), Arm.of(Arm.Kind.FROZEN_PROBE));
    }
}
