// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.SEEDS;
import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.assertEach;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.assertRefused;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.augment.Edit;
import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpanMaskingTest {
    private static final String LONG = "red tan lime teal navy grey pink gold plum coral ".repeat(200);

    @Test
    void oneMaskStandsForNeighbouringWords() {
        assertThat(made(new SpanMasking(1, 100, "[MASK]"), "we see them")).contains("[MASK]");
        assertThat(made(new SpanMasking(0.4, 1, "[MASK]"), "red tan lime"))
                .containsExactly("[MASK] tan lime", "red [MASK] lime", "red tan [MASK]");
        assertThat(made(new SpanMasking(0.5, 100, "<x>"), "red, tan\nsee 3.5 e\u0301te\u0301"))
                .allMatch(made -> made.contains("3.5") && made.contains("\n") && made.contains(", "));
        assertLeaves(new SpanMasking(1, 3, "[MASK]"), "don't 3.5 https://example.com 🙂");
    }

    @Test
    void theShareIsKeptAndTheLengthsHaveTheMean() {
        AnalyzedText text = analyzed(LONG);
        int masks = 0;
        int masked = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            List<Edit> edits = new SpanMasking(0.05, 4, "[MASK]").edits(text, Seeds.random(seed));
            int words = edits.stream()
                    .mapToInt(edit -> LONG.substring(edit.start(), edit.end()).split(" ").length)
                    .sum();
            assertThat(words).isEqualTo(100);
            masks += edits.size();
            masked += words;
        }
        assertThat(masked / (double) masks).isCloseTo(4, within(0.3)); // the last of a text is cut to fit
    }

    @Test
    void twoMasksNeverTouch() {
        assertEach(
                new SpanMasking(0.6, 2, "[MASK]"),
                (source, made) -> assertThat(made).doesNotContain("[MASK] [MASK]"));
    }

    @Test
    void badArgumentsAreNamed() {
        assertRefused("operator = span-masking, mean-length = 0", "mean-length: given 0", "a number from 1.0 to 100.0");
        assertRefused("operator = span-masking, mask = \"\"", "mask: given \"\"", "a text that is not blank");
    }

    @Test
    void aMeanLengthOfNothingIsNamed() {
        assertThatThrownBy(() -> new SpanMasking(0.1, 0, "_"))
                .hasMessageContaining("mean-length is 0.0; allowed is 1 or more");
    }
}
