// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertEach;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import org.junit.jupiter.api.Test;

class ZeroWidthTest {
    private static final Augmenter ZERO_WIDTH = new ZeroWidth(1);

    @Test
    void aWordIsPartedBetweenTwoCharacters() {
        assertThat(made(ZERO_WIDTH, "It")).containsExactly("I\u200Bt", "I\u2060t", "I\uFEFFt");
        assertThat(made(ZERO_WIDTH, "e\u0301e")).containsExactly("e\u0301\u200Be", "e\u0301\u2060e", "e\u0301\uFEFFe");
        assertLeaves(ZERO_WIDTH, "I e\u0301 3.14 🇩🇪 👩‍👩‍👧 https://example.com don't");
    }

    @Test
    void theSourceIsLeftWhenTheCharactersAreTakenOut() {
        assertEach(
                ZERO_WIDTH,
                (source, made) -> assertThat(made.replaceAll("[\u200B\u2060\uFEFF]", ""))
                        .isEqualTo(source)
                        .isNotEqualTo(made));
    }
}
