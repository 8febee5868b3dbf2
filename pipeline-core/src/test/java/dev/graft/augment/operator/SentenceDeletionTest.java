// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.assertMakes;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentenceDeletionTest {
    @Test
    void aSentenceGoesWithTheSpaceBesideIt() {
        assertThat(made(new SentenceDeletion(0.1), "It rained. A dog barked. We left."))
                .containsExactly("A dog barked. We left.", "It rained. A dog barked.", "It rained. We left.");
        assertThat(made(new SentenceDeletion(1), "It rained. A dog barked. We left."))
                .containsExactly("A dog barked.", "It rained.", "We left.");
    }

    @Test
    void linesAndParagraphsStayApart() {
        assertThat(made(new SentenceDeletion(0.1), "It rained.\nA dog barked. We left.\n\nThe end came.\n"))
                .containsExactlyInAnyOrder(
                        "A dog barked. We left.\n\nThe end came.\n",
                        "It rained.\nA dog barked. We left.\n",
                        "It rained.\nA dog barked.\n\nThe end came.\n",
                        "It rained.\nWe left.\n\nThe end came.\n");
        assertThat(made(new SentenceDeletion(0.5), "First red. Second tan.\n\nThird lime. Fourth teal."))
                .contains("First red.\n\nFourth teal.", "First red. Second tan.", "Third lime. Fourth teal.");
        assertThat(made(new SentenceDeletion(0.1), "It rained.\r\nA dog barked.\r\nWe left."))
                .containsExactly("A dog barked.\r\nWe left.", "It rained.\r\nA dog barked.", "It rained.\r\nWe left.");
    }

    @Test
    void whatIsProtectedStaysAndSoDoesOneSentence() {
        assertMakes(new SentenceDeletion(1), "It cost 3.5 euros. A dog barked. -> It cost 3.5 euros.");
        assertLeaves(new SentenceDeletion(1), """
                Red sentence only.
                It did not rain. They paid 5 euros. See https://example.com
                """);
    }
}
