// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.SEEDS;
import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.assertMakes;
import static dev.graft.augment.operator.Examples.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import org.junit.jupiter.api.Test;

class BlankNoisingTest {
    @Test
    void aBlankStandsForEachWord() {
        assertMakes(new BlankNoising(1, "_"), """
                Now, the (old) phone didn't ring. -> _, _ (_) _ didn't _.
                a\\tb\\r\\nc -> _\\t_\\r\\n_
                e\u0301te\u0301 👩‍👩‍👧 हिन्दी -> _ 👩‍👩‍👧 _
                it's 3.5 at https://example.com -> _ 3.5 _ https://example.com
                """);
        assertMakes(new BlankNoising(0.01, "<blank>"), "word -> <blank>");
    }

    @Test
    void theShareIsKept() {
        AnalyzedText text = analyzed("red tan lime teal navy grey pink gold plum coral");
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(new BlankNoising(0.3, "_").edits(text, Seeds.random(seed)))
                    .hasSize(3);
        }
    }

    @Test
    void aBlankThatCanNotBeSeenIsRefused() {
        assertRefused("operator = blank-noising, token = \"\"", "token: given \"\"", "a text that is not blank");
        assertRefused("operator = blank-noising, token = \" \"", "token: given \" \"");
    }
}
