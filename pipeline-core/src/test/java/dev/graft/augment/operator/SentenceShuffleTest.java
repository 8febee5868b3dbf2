// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.SEEDS;
import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SentenceShuffleTest {
    private static final String TEXT =
            "It rained.\r\nA dog barked. \"We left!\"\n\nIt cost 3.5 euros, in cash. We paid 🙂\n";

    @Test
    void sentencesChangePlaces() {
        assertThat(made(new SentenceShuffle(1), "Rain fell. We left! (Why?)"))
                .contains("We left! Rain fell. (Why?)", "(Why?) We left! Rain fell.")
                .hasSize(5)
                .doesNotContain("Rain fell. We left! (Why?)");
        assertLeaves(new SentenceShuffle(1), """
                One sentence only, at 3.5 km.
                Rain fell.\\nWe left!
                Rain fell. It was cold.
                Hi Karin, rain fell. Best regards, Olaf
                Add the milk. Bake the cake.
                - Rain fell. We left!
                The parcel is lost. I want it back.
                We paid two fees. Nobody told us of these fees.
                he said `` go away ! ''
                ms. garner walks with dr. keller .
                """);
        assertThat(made(new SentenceShuffle(1), "`` go ! '' Rain fell. We left!"))
                .allMatch(made -> made.contains("go ! ''"));
        assertThat(made(new SentenceShuffle(1), "Hello!\nRain fell. But we left. Karin stayed.\nThanks!\nOlaf"))
                .containsExactly("Hello!\nKarin stayed. Rain fell. But we left.\nThanks!\nOlaf");
    }

    @Test
    void theSentencesAndTheWhiteSpaceBetweenThemStay() {
        AnalyzedText text = analyzed(TEXT);
        for (String made : made(new SentenceShuffle(1), TEXT)) {
            String rest = made;
            for (Span sentence : text.sentences()) {
                String moved = TEXT.substring(sentence.start(), sentence.end());
                assertThat(rest).contains(moved);
                rest = rest.replace(moved, "");
            }
            assertThat(rest).isEqualTo("\r\n \n\n \n");
        }
    }

    @Test
    void anAnnotatedSentenceKeepsItsPlace() {
        AnalyzedText text = analyzed("It rained. A dog barked. We left.", new Span(13, 16, "ANIMAL"));
        assertThat(LongStream.range(0, SEEDS)
                        .mapToObj(seed -> made(new SentenceShuffle(1), text, seed))
                        .distinct())
                .containsExactly("We left. A dog barked. It rained.");
    }
}
