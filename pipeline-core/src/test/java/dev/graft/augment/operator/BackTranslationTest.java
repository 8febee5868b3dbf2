// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.assertMakes;
import static dev.graft.augment.operator.Examples.assertRefused;
import static dev.graft.augment.operator.Examples.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Augmenter.Asked;
import dev.graft.augment.Augmenter.Proposal;
import dev.graft.translate.Apertium;
import dev.graft.translate.Pivot;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BackTranslationTest {
    private static Augmenter translation;

    @BeforeAll
    static void start() {
        assumeTrue(Apertium.isInstalled(Pivot.EO), "Apertium's en-eo is not installed: not tested");
        translation = operator("operator = back-translation");
    }

    @Test
    void aSentenceComesBackInOtherWords() {
        assertMakes(translation, """
                If the light is red, stop the machine at once.\\r\\n -> If the light is red, stop the machine immediately.\\r\\n
                """);
    }

    @Test
    void aSentenceThatComesBackWrongStays() {
        assertLeaves(translation, """
                My wife sold the coat.
                the street was crowded .
                A blorp was crowded.
                The patient was sent home and feels much better now.
                Do not touch the wire.
                """);
    }

    @Test
    void whatIsProtectedComesBackOrTheSentenceStays() {
        assertLeaves(translation, """
                The street was crowded, but I don't know.
                Visit the crowded café Zum_Löwen at https://example.com/x?y=1
                """);
    }

    @Test
    void aDocumentGetsTheSameWhateverItsNeighbours() {
        List<Asked> documents = Stream.of(
                        "If the light is red, stop the machine at once.",
                        "",
                        "C'est la vie, mon ami, et je ne sais pas pourquoi.",
                        "We waited. If the light is red, stop the machine at once. The bus was very late!",
                        "The street was crowded, but I don't know.")
                .map(text -> new Asked(Examples.analyzed(text), new long[] {3, 4}))
                .toList();
        List<List<Proposal>> alone = documents.stream()
                .map(each -> translation.proposals(List.of(each)).get(0))
                .toList();
        assertThat(translation.proposals(documents)).isEqualTo(alone);
        assertThat(alone.get(0)).allMatch(each -> each.edits().size() == 1);
        assertThat(alone.get(2)).allMatch(each -> each.edits().isEmpty());
    }

    @Test
    void anUnknownPivotIsNamed() {
        assertRefused("operator = back-translation, pivot = tlh", "pivot: given \"tlh\"", "one of eo, es");
    }
}
