// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.SEEDS;
import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.assertRefused;
import static dev.graft.augment.operator.Examples.made;
import static dev.graft.augment.operator.Examples.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.augment.Augmenter;
import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OneOfTest {
    @Test
    void theWeightsAreHonoured() {
        Augmenter oneOf = operator("""
                operator = one-of
                choices = [
                  { operator = case-change, style = upper, alpha = 1, weight = 3 }
                  { operator = blank-noising, alpha = 1 }
                ]
                """);
        AnalyzedText text = analyzed("phone").editingSpans();
        int upper = 0;
        for (long seed = 0; seed < 10_000; seed++) {
            String made = made(oneOf, text, seed);
            assertThat(made).isIn("PHONE", "_");
            upper += made.equals("PHONE") ? 1 : 0;
        }
        assertThat(upper / 10_000.0).isCloseTo(0.75, within(0.02));
    }

    @Test
    void aChoiceThatDoesNotEditSpansLeavesThemAlone() {
        AnalyzedText text = analyzed("see the phone", new Span(8, 13, "PRODUCT"));
        Augmenter oneOf = new OneOf(List.of(
                new OneOf.Choice(new CaseChange(1, CaseChange.Style.UPPER), 1),
                new OneOf.Choice(new BlankNoising(1, "_"), 1)));
        assertThat(LongStream.range(0, SEEDS)
                        .mapToObj(seed -> made(oneOf, text, seed))
                        .distinct())
                .containsExactlyInAnyOrder("SEE THE PHONE", "_ _ phone");
    }

    @Test
    void badChoicesAreNamed() {
        String allowed = "operators without copies of their own";
        assertRefused("operator = one-of", "choices: given nothing", "a list of one or more operators");
        assertRefused(
                "operator = one-of, choices = [{ operator = random-swap, copies = 2 }]", "choices: given", allowed);
        assertRefused(
                "operator = one-of, choices = [{ operator = random-swap, weight = 0 }]", "choices[0].weight: given 0");
    }

    @Test
    void noChoicesAndAWeightOfNothingAreNamed() {
        assertThatThrownBy(() -> new OneOf(List.of())).hasMessageContaining("allowed is one or more");
        Augmenter nothing = (text, random) -> List.of();
        assertThatThrownBy(() -> new OneOf.Choice(nothing, -1))
                .hasMessageContaining("weight is -1.0; allowed is more than 0");
    }
}
