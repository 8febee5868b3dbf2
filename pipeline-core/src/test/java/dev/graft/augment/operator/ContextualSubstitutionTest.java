// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.assertRefused;
import static dev.graft.augment.operator.Examples.made;
import static dev.graft.augment.operator.Examples.operator;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import dev.graft.text.StopWords;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ContextualSubstitutionTest {
    private static final Augmenter SUBSTITUTION =
            operator("operator = contextual-substitution, alpha = 1, model = src/test/resources/tiny-bert");

    @Test
    void aWordThatFitsStandsInThePlaceOfAnother() {
        assertThat(made(SUBSTITUTION, "Please send me the children."))
                .allMatch(made -> made.matches("[A-Z][a-z]+ [a-z]+ me the [a-z]+\\."))
                .noneMatch(made -> made.contains("children") || made.contains("send"));
        assertThat(made(SUBSTITUTION, "PLEASE SEND ME THE CHILDREN."))
                .allMatch(made -> made.matches("[A-Z]+ [A-Z]+ ME THE [A-Z]+\\."));
    }

    @Test
    void functionWordsAndWhatIsProtectedStay() {
        assertLeaves(SUBSTITUTION, "It was not for you, 3.5 https://example.com don't 👩‍👩‍👧");
        assertEachEdit(SUBSTITUTION, (replaced, replacement) -> {
            assertThat(replacement).matches("[A-Za-z]+").isNotEqualToIgnoringCase(replaced);
            assertThat(StopWords.contains(replaced)).as(replaced).isFalse();
        });
    }

    @Test
    void copiesDoNotDependOnEachOther() {
        AnalyzedText text = analyzed("The children played outside and the weather was lovely.");
        List<RandomGenerator> randoms = List.of(Seeds.random(1), Seeds.random(2), Seeds.random(3));
        assertThat(SUBSTITUTION.edits(text, randoms))
                .isEqualTo(LongStream.of(1, 2, 3)
                        .mapToObj(seed -> SUBSTITUTION.edits(text, Seeds.random(seed)))
                        .toList());
    }

    @Test
    void badArgumentsAreNamed() {
        assertRefused(
                "operator = contextual-substitution, model = no-such",
                "model: given \"no-such\"",
                "a folder that can be read");
        assertRefused(
                "operator = contextual-substitution, model = src, top-k = 0",
                "top-k: given 0",
                "a whole number from 1 to 1000");
    }
}
