// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.assertMakes;
import static dev.graft.augment.operator.Examples.assertRefused;
import static dev.graft.augment.operator.Examples.made;
import static dev.graft.augment.operator.Examples.operator;
import static dev.graft.augment.operator.Examples.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SequenceTest {
    @Test
    void isOneStepAfterTheOther() {
        Augmenter sequence = operator("""
                operator = sequence
                steps = [{ operator = expansion }, { operator = case-change, style = upper, alpha = 1 }]
                """);
        assertMakes(sequence, """
                I'm here, we don't go. -> I am HERE, WE do not GO.
                It's see\\r\\ne\u0301te\u0301 👩‍👩‍👧 -> IT'S SEE\\r\\nE\u0301TE\u0301 👩‍👩‍👧
                """);
    }

    @Test
    void aWordThatOneStepMadeIsLeftAloneByTheNext() {
        Augmenter misspells = (text, random) -> List.of(new Edit(2, 3, ""), new Edit(6, 9, "new lamp"));
        Augmenter capitals = new CaseChange(1, CaseChange.Style.UPPER);
        assertThat(made(Sequence.of(List.of(misspells, capitals)), "white pot of a pot"))
                .containsExactly("whte new lamp OF A POT");
        assertThat(made(Sequence.of(List.of(capitals, misspells)), "white pot of a pot"))
                .containsExactly("WHTE new lamp OF A POT");
    }

    @Test
    void aStepThatDoesNotEditSpansLeavesThemAlone() {
        Augmenter sequence = Sequence.of(List.of(new DiacriticsRemoval(1), new BlankNoising(1, "_")));
        AnalyzedText text = analyzed("près de chéri", new Span(8, 13, "PERSON"));
        assertThat(made(sequence, text, 1)).isEqualTo("pres _ cheri");
    }

    @Test
    void aStepThatDoesNotPassItsGateIsUndone() {
        String gated = """
                operator = sequence
                steps = [
                  { operator = case-change, style = upper, alpha = 1 %s }
                  { operator = expansion }
                ]
                """;
        assertMakes(operator(gated.formatted("")), "so we don't go -> SO WE do not GO");
        Augmenter undoes = operator(gated.formatted(", filters { edit-distance { max = 0.1 } }"));
        assertMakes(undoes, "so we don't go -> so we do not go");
        List<Augmenter.Stage> stages = undoes.stages(view(undoes, analyzed("so we don't go")), Seeds.random(1));
        assertThat(stages)
                .extracting(Augmenter.Stage::operator, Augmenter.Stage::text, Augmenter.Stage::undone)
                .containsExactly(
                        tuple("case-change", "so we don't go", "edit-distance-high"),
                        tuple("expansion", "so we don't go", ""));
    }

    @Test
    void theFiltersOfAStepWithoutAModelAreItsGate() {
        Step step = Settings.parse("operator = synonym-replacement, filters { units { min = 0.5 } }", Step::gated);
        assertThat(step.gate()).hasSize(3);
        Augmenter loses = (text, random) -> List.of(new Edit(3, 6, ""));
        Sequence sequence = new Sequence(List.of(new Sequence.Part(
                "loses",
                loses,
                Settings.parse("operator = synonym-replacement", Step::gated).gate().stream()
                        .map(filter -> filter.make(new Resources("minilm", Optional.empty())))
                        .toList())));
        assertThat(made(sequence, "we not go")).containsExactly("we not go");
        assertThat(made(sequence, "we all go")).containsExactly("we  go");
    }

    @Test
    void noStepsAreRefusedAndCopiesMultiply() {
        assertRefused("operator = sequence", "steps: given nothing", "a list of one or more operators");
        assertRefused("operator = sequence, steps = []", "steps: given []");
        assertRefused(
                "operator = sequence, steps = [{ operator = random-swap, alpha = 2 }]", "steps[0].alpha: given 2");
        String steps = "steps = [{ operator = random-swap, copies = 2 }, { operator = word-split, copies = 3 }]";
        assertThat(Settings.parse("operator = sequence, copies = 4, " + steps, Step::read)
                        .copies()
                        .each())
                .isEqualTo(24);
    }

    @Test
    void aNameStaysOneWhereItOpensTheSentence() {
        Augmenter dropsTheFirst = (text, random) -> List.of(new Edit(0, 6, ""));
        Augmenter capitals = new CaseChange(1, CaseChange.Style.LOWER);
        Sequence sequence = Sequence.of(List.of(dropsTheFirst, capitals));
        assertThat(made(sequence, "Maybe Anna Called")).allMatch(made -> made.startsWith("Anna "));
    }
}
