// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertEach;
import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import org.junit.jupiter.api.Test;

class WordSplitTest {
    private static final Augmenter SPLIT = new WordSplit(1);

    @Test
    void twoCharactersAtLeastStandOnEitherSide() {
        assertThat(made(SPLIT, "olive")).containsExactly("ol ive", "oli ve");
        assertThat(made(SPLIT, "te\u0301te\u0301")).containsExactly("te\u0301 te\u0301");
        assertLeaves(SPLIT, "the हिन्दी e\u0301te\u0301 👩‍👩‍👧👩‍👩‍👧 3.1415 don't https://example.com");
    }

    @Test
    void noPartsAreOtherWords() {
        assertThat(made(SPLIT, "therapist")).doesNotContain("the rapist").hasSizeGreaterThan(3);
        assertThat(made(SPLIT, "noted often")).noneMatch(made -> made.contains("no ted") || made.contains("of ten"));
    }

    @Test
    void theSourceIsLeftWithoutWhiteSpace() {
        assertEach(SPLIT, (source, made) -> assertThat(made.replace(" ", "")).isEqualTo(source.replace(" ", "")));
        assertEachEdit(
                SPLIT,
                (replaced, replacement) -> assertThat(replaced + replacement).isEqualTo(" "));
    }
}
