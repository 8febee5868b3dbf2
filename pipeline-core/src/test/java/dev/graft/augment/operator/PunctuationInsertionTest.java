// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.assertEach;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PunctuationInsertionTest {
    @Test
    void marksStandBeforeWords() {
        assertThat(made(new PunctuationInsertion(1), "Oh"))
                .containsExactly("! Oh", ", Oh", ". Oh", ": Oh", "; Oh", "? Oh");
        assertThat(made(new PunctuationInsertion(0.5), "(he) or/and"))
                .isSubsetOf(
                        "(he) ! or/and",
                        "(he) , or/and",
                        "(he) . or/and",
                        "(he) : or/and",
                        "(he) ; or/and",
                        "(he) ? or/and");
        assertLeaves(new PunctuationInsertion(1), "(see) don't 3.5 https://example.com 🙂");
    }

    @Test
    void fromOneMarkUpToTheShareOfTheWords() {
        AnalyzedText text = analyzed("red tan lime teal navy grey pink gold plum coral");
        assertThat(LongStream.range(0, 300)
                        .mapToObj(seed -> new PunctuationInsertion(0.3)
                                .edits(text, Seeds.random(seed))
                                .size()))
                .contains(1, 2, 3)
                .allMatch(count -> count >= 1 && count <= 3);
    }

    @Test
    void theSourceIsLeftWithoutTheMarks() {
        assertEach(
                new PunctuationInsertion(1),
                (source, made) ->
                        assertThat(made.replaceAll("(?<=^|\\s)[.;?:!,] ", "")).isEqualTo(source));
    }
}
