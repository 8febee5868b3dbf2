// SPDX-License-Identifier: Apache-2.0
package dev.graft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.augment.operator.Step;
import dev.graft.cli.RecipeRun.Augment;
import dev.graft.cli.RecipeRun.Search;
import dev.graft.cli.RecipeRun.Train;
import dev.graft.config.ConfigException;
import dev.graft.config.Settings;
import dev.graft.corpus.InputException;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.jobs.train.MetaPlan;
import dev.graft.jobs.train.PlannedTraining;
import dev.graft.jobs.train.TrainPlan;
import dev.graft.jobs.tune.Arm;
import dev.graft.jobs.tune.TestNoise;
import dev.graft.run.Recipe;
import dev.graft.run.RunDirectory;
import dev.graft.storage.LocalStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a recipe means, before anything starts. */
class RecipeRunTest {
    private static final String HEAD = "name = r, out = o, corpus { train = a.jsonl, label = l }\n";

    private static RecipeRun read(String stages) {
        return Settings.parse(HEAD + "stages = [" + stages + "]", RecipeRun::read);
    }

    @Test
    void stagesRunInTheirOrderEachInItsFolder() {
        RecipeRun run = read("{ name = choose, kind = search }, { name = grow, kind = augment },"
                + "{ name = domain, kind = train, objective.kind = masked-lm, data { text = \"raw/*.txt\" } },"
                + "{ name = words, kind = train, objective.kind = masked-lm, from = domain, data = grow }");
        assertThat(run.steps().get(0)).isInstanceOf(Search.class);
        assertThat(((Augment) run.steps().get(1)).settings().recipe().out()).isEqualTo("o/grow");
        assertThat(((Train) run.steps().get(2)).planned().rows()).isEmpty();
        assertThat(((Train) run.steps().get(3)).planned().rows())
                .hasValueSatisfying(rows -> assertThat(rows.out()).isEqualTo("o/grow"));
    }

    /** Words of the field, then the few rows of many tasks, then copies, then the classes: each stage knows whose weights and rows it takes. */
    @Test
    void aRecipeOfFourStagesReadsAsOneFile() {
        RecipeRun run = Settings.parse("""
                name = intents-hybrid
                model = minilm
                corpus { train = tickets.jsonl, text = text, label = intent, group = customer, shares { validation = 0.1, test = 0.2 } }
                stages = [
                  { name = domain, kind = train, data { text = "raw/*.txt" }
                    objective { kind = masked-lm, whole-words = true }, method { kind = lora, r = 16, target-modules = all-linear }, max-steps = 2000 }
                  { name = meta, kind = meta-learn, from = domain, tasks { ways = 5, shots = 5 }, algorithm { kind = reptile } }
                  { name = grow, kind = augment, operators = [ { operator = synonym-replacement, copies = 2 }
                    { operator = back-translation, engine = students, pivots = [[de]], optional = true } ] }
                  { name = tune, kind = train, from = meta, data = grow, objective { kind = classify }, epochs = 10, early-stop = 3 }
                ]
                compare { stage = tune, seeds = [1, 2, 3, 4, 5]
                  arms = [ originals, originals-equal-steps, { name = no-domain, from = model }, tuned, frozen-probe, tf-idf ]
                  tests = [ test, { test-with = keyboard-typos, alpha = 0.1 } ] }
                """, RecipeRun::read);
        String at = "runs/intents-hybrid/";
        assertThat(run.steps()).hasSize(5);
        // The stage that meta-learns takes rows that none grows.
        AugmentSettings corpus = ((Augment) run.steps().get(0)).settings();
        assertThat(corpus.recipe().out()).isEqualTo(at + "corpus");
        assertThat(corpus.section().steps()).isEmpty();

        PlannedTraining domain = ((Train) run.steps().get(1)).planned();
        assertThat(domain.recipe().out()).isEqualTo(at + "domain");
        assertThat(domain.rows()).isEmpty();
        assertThat(domain).asString().contains("kind=MASKED_LM", "raw/*.txt", "wholeWords=true", "maxSteps=2000");

        MetaPlan meta = (MetaPlan) ((Train) run.steps().get(2)).planned();
        assertThat(meta.start().taught()).isEqualTo(at + "domain");
        assertThat(meta.data().out()).isEqualTo(at + "corpus");
        assertThat(List.of(meta.ways(), meta.shots(), meta.queries())).containsOnly(5);
        assertThat(meta.column()).isEmpty();

        AugmentSettings grow = ((Augment) run.steps().get(3)).settings();
        assertThat(grow.recipe().out()).isEqualTo(at + "grow");
        assertThat(grow.text()).contains("synonym-replacement").contains("\"copies\":2");
        assertThat(Stream.concat(
                                grow.section().steps().stream().map(Step::name),
                                grow.leftOut().values().stream().map(why -> "back-translation"))
                        .distinct())
                .containsExactly("synonym-replacement", "back-translation");

        TrainPlan tune = (TrainPlan) ((Train) run.steps().get(4)).planned();
        assertThat(tune.data().out()).isEqualTo(at + "grow");
        assertThat(tune.start().taught()).isEqualTo(at + "meta");
        assertThat(tune.train().epochs()).isEqualTo(10);
        assertThat(tune.train().loop().earlyStop()).isEqualTo(3);
        assertThat(tune.compare().seeds()).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(tune.compare().arms().stream().map(Arm::name))
                .containsExactly("tf-idf", "frozen-probe", "originals", "originals-equal-steps", "no-domain", "tuned");
        assertThat(tune.compare().arms().get(5).is(Arm.Kind.AUGMENTED)).isTrue();
        assertThat(tune.compare().noises().stream().map(TestNoise::name)).containsExactly("typos");
    }

    @Test
    void rowsThatNoStageGrowsAreReadByOneThatMakesNoCopies() {
        RecipeRun run = read("{ name = tune, kind = train }");
        assertThat(run.steps()).hasSize(2);
        AugmentSettings corpus = ((Augment) run.steps().get(0)).settings();
        assertThat(corpus.recipe().out()).isEqualTo("o/corpus");
        assertThat(corpus.section().steps()).isEmpty();
    }

    @Test
    void whatASearchChoseIsWhatALaterStageDoes(@TempDir Path folder) throws Exception {
        AugmentSettings grow = ((Augment) read("{ name = choose, kind = search },"
                                + "{ name = grow, kind = augment, policy = choose, filters.length-ratio.max = 3 }")
                        .steps()
                        .get(1))
                .settings();
        assertThat(grow.policy())
                .hasValueSatisfying(search -> assertThat(search.out()).isEqualTo("o/choose"));
        Function<Recipe, RunDirectory> there = any -> new RunDirectory(new LocalStorage(), folder.toString());
        assertThatThrownBy(() -> grow.chosen(there))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(folder + " has no policy yet");
        Files.writeString(
                folder.resolve(AugmentSettings.CHOSEN),
                "{\"operators\": [{\"operator\": \"random-swap\", \"alpha\": 0.3, \"copies\": 2}], \"similarity\": 0.85}");
        AugmentSettings chosen = grow.chosen(there);
        assertThat(chosen.section().steps()).singleElement().satisfies(step -> {
            assertThat(step.name()).isEqualTo("random-swap");
            assertThat(step.copies().each()).isEqualTo(2);
        });
        assertThat(chosen.text()).contains("0.85", "length-ratio").doesNotContain("policy");
        assertThat(chosen.values())
                .as("another policy is another run")
                .containsEntry("augment.filters.similarity.min", "0.85")
                .hasEntrySatisfying("augment.policy", value -> assertThat(value).contains("0.3"));
        assertThat(chosen.chosen(there)).isEqualTo(chosen);
    }

    /** Stages that train from English to German and back, and one that augments by an operator, which stands before or behind the second. */
    private static String recipe(Path folder, String operator, boolean before) throws Exception {
        Path file = Files.writeString(folder.resolve("pairs.txt"), "a\n");
        String stage =
                "{ name = %1$s-%2$s, kind = train, objective { kind = translate, source = %1$s, target = %2$s }\n"
                        + "data { train { en = \"%3$s\", de = \"%3$s\" }, validation { en = \"%3$s\", de = \"%3$s\" } } }";
        String grow = "{ name = grow, kind = augment, operators = [ " + operator + " ] }";
        String back = stage.formatted("de", "en", file);
        return String.join(", ", stage.formatted("en", "de", file), before ? grow : back, before ? back : grow);
    }

    @ParameterizedTest
    @CsvSource({"%s, operators[0]", "'{ operator = sometimes, step = %s }', operators[0].step"})
    void backTranslationGoesByWhatStagesBeforeItTrain(String form, String place, @TempDir Path folder)
            throws Exception {
        String operator = "{ operator = back-translation, pivots = [[de]], from = [en-de, de-en] }";
        AugmentSettings grow = ((Augment) read(recipe(folder, form.formatted(operator), false))
                        .steps()
                        .get(2))
                .settings();
        assertThat(grow.trained())
                .containsExactly(
                        Map.entry("augment." + place + ".from.de-en", "o/de-en/model"),
                        Map.entry("augment." + place + ".from.en-de", "o/en-de/model"));
        assertThat(grow.files()).as("another translator is another run").containsAllEntriesOf(grow.trained());
        assertThat(grow.text()).contains("o/en-de/model").doesNotContain("from");
        assertThat(grow.values()).containsEntry("augment." + place + ".engine", "marian");
        assertThatThrownBy(() -> grow.chosen(recipe -> recipe.directory(new LocalStorage())))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("augment." + place + ".from.", "no model in o/", "stage is to run before");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "from = [en-de, grow] | objective.kind = translate, of which there are en-de, de-en",
                "from = [en-de] | there is none for [de-en]",
                "from = en-de | there is none for [de-en]",
                "from = [en-de, en-de] | one stage for each direction of pivots: [en-de, de-en]; en-de is en-de",
                "from = [en-de, de-en], pivots = [[fr]] | one stage for each direction of pivots: [en-fr, fr-en]; en-de is en-de",
                "from = [en-de, de-en], engine = students | allowed is marian, where from names the stages",
                "from = [en-de, de-en], models = x | models: given \"x\"; allowed is nothing beside from",
                "models { en-de = /nowhere } | models.en-de: given \"/nowhere\"; allowed is a folder that can be read",
                "models { en-de = /nowhere } | models.de-en is missing",
                "models { en-de = /nowhere, de-fr = x } | models.de-fr is not a known key"
            })
    void whatNoStageTrainsIsTold(String operator, String said, @TempDir Path folder) throws Exception {
        String pivots = operator.contains("pivots") ? "" : ", pivots = [[de]]";
        String translation = "{ operator = back-translation, " + operator + pivots + " }";
        assertThatThrownBy(() -> read(recipe(folder, translation, false)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(said);
    }

    @Test
    void aStageThatTrainsLaterIsNoStageToGoBy(@TempDir Path folder) throws Exception {
        String translation = "{ operator = back-translation, pivots = [[de]], from = [en-de, de-en] }";
        assertThatThrownBy(() -> read(recipe(folder, translation, true)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "stages.grow.operators[0].from: given [\"en-de\",\"de-en\"]; allowed is stages before"
                                + " this one of kind train with objective.kind = translate, of which there are en-de");
        assertThatThrownBy(() ->
                        Settings.parse(HEAD + "augment { operators = [ " + translation + " ] }", AugmentSettings::read))
                .hasMessageContaining("of which there is none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ name = a, kind = augment }, { name = a, kind = augment } | which no other stage has",
                "{ name = model, kind = augment } | nor corpus or model",
                "{ kind = augment } | .name is missing",
                "{ name = a } | stages.a.kind is missing",
                "{ name = a, kind = grow } | one of augment, train, meta-learn, search",
                "{ name = a, kind = train, data = b }, { name = b, kind = augment } | data: given \"b\"; allowed is corpus: a stage",
                "{ name = a, kind = train, objective.kind = sft, from = a } | from: given \"a\"; allowed is model: a stage before",
                "{ name = b, kind = augment }, { name = a, kind = train, data = c } | allowed is corpus, b: a stage before this one",
                "{ name = a, kind = train, objective.kind = sft, data.text = x } | files of texts are for causal-lm and masked-lm",
                "{ name = a, kind = train, epocs = 1 } | stages.a.epocs is not a known key; did you mean \"epochs\"?",
                "{ name = a, kind = train, objective.kind = dpo, objective.packing = true } | objective.packing is not a known key",
                "{ name = a, kind = augment, policy = b }, { name = b, kind = search } | policy: given \"b\"; allowed is none: a stage",
                "{ name = b, kind = search }, { name = a, kind = augment, policy = b, operators = [ { operator = random-swap } ] } | none beside a policy",
                "5 | list of names and sections",
                " | a list of one or more"
            })
    void whatIsNoRecipeIsToldBeforeAnythingStarts(String stages, String said) {
        assertThatThrownBy(() -> read(stages == null ? "" : stages))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(said);
    }

    @Test
    void whatIsComparedIsOneTrainingStage() {
        assertThatThrownBy(() -> read("{ name = a, kind = augment }], compare { seeds = [1]}, x = ["))
                .hasMessageContainingAll("compare: given", "nothing, where no stage is of kind train", "x is not");
        assertThatThrownBy(() -> read("{ name = a, kind = train }], compare { stage = b, seeds = [1, 1] }, x = ["))
                .hasMessageContaining("compare.stage: given \"b\"; allowed is a stage of kind train: a");
        assertThatThrownBy(() ->
                        read("{ name = a, kind = train }], compare.tests = [test, { test-with = paraphrase }], x = ["))
                .hasMessageContaining("an operator of characters or words that needs no model");
    }

    @Test
    void anOverrideReachesAStageByItsName(@TempDir Path folder) throws Exception {
        Path conf = Files.writeString(
                folder.resolve("r.conf"),
                HEAD + "stages = [\n{ name = grow, kind = augment }\n{ name = tune, kind = train, epochs = 2 }\n]");
        List<String> overrides = List.of("stages.tune.max-steps=7", "stages.grow.operators=[{operator=random-swap}]");
        RecipeRun run = Settings.read(conf, overrides, RecipeRun::read);
        assertThat(((Augment) run.steps().get(1)).settings().section().steps()).hasSize(1);
        assertThatThrownBy(() -> Settings.read(conf, List.of("stages.tun.epochs=1"), RecipeRun::read))
                .hasMessageContaining(
                        "stages.tun.epochs: stages has no entry of that name; allowed is one of grow, tune");
        assertThatThrownBy(() -> Settings.read(conf, List.of("stages.tune.epochs=x"), RecipeRun::read))
                .hasMessageContaining("stages.tune.epochs: given \"x\"");
        assertThat(Settings.read(conf, List.of(), root -> AugmentSettings.read(root, Optional.of("grow")))
                        .recipe()
                        .out())
                .isEqualTo("o/grow");
        assertThatThrownBy(
                        () -> Settings.read(conf, List.of(), root -> AugmentSettings.read(root, Optional.of("tune"))))
                .hasMessageContaining("--stage with one of grow");
    }
}
