// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.assertMakes;
import static dev.graft.augment.operator.Examples.assertRefused;
import static dev.graft.augment.operator.Examples.made;
import static dev.graft.augment.operator.Examples.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.augment.Augmenter;
import dev.graft.text.AnalyzedText;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SometimesTest {
    @Test
    void theProbabilityIsHonoured() {
        Augmenter sometimes = operator("operator = sometimes, probability = 0.2, step { operator = blank-noising }");
        AnalyzedText text = analyzed("phone");
        long changed = LongStream.range(0, 10_000)
                .filter(seed -> made(sometimes, text, seed).equals("_"))
                .count();
        assertThat(changed / 10_000.0).isCloseTo(0.2, within(0.02));
    }

    @Test
    void isTheStepOrNothing() {
        assertMakes(new Sometimes(new Expansion(1), 1), "I'm (here), we don't. -> I am (here), we do not.");
        assertLeaves(new Sometimes(new Expansion(1), 0), "I'm (here), we don't.");
        assertThat(new Sometimes(new WordSplit(1), 1).editsSpans()).isTrue();
        assertThat(new Sometimes(new BlankNoising(1, "_"), 1).editsSpans()).isFalse();
    }

    @Test
    void aMissingOrBadStepIsNamed() {
        assertRefused("operator = sometimes", "step.operator is missing");
        assertRefused(
                "operator = sometimes, step { operator = random-swop }",
                "step.operator: given \"random-swop\"",
                "random-swap");
    }
}
