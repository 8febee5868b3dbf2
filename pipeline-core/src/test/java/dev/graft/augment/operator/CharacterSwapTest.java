// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertEach;
import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import org.junit.jupiter.api.Test;

class CharacterSwapTest {
    private static final Augmenter SWAP = new CharacterSwap(1);

    @Test
    void twoNeighboursChangePlacesButNotTheFirst() {
        assertThat(made(SWAP, "word")).containsExactly("wodr", "wrod");
        assertThat(made(SWAP, "te\u0301st")).containsExactly("te\u0301ts", "tse\u0301t");
        assertThat(made(SWAP, "हिन्दी")).containsExactly("हिदीन्");
        assertThat(made(SWAP, "baker's")).allMatch(made -> made.endsWith("'s"));
        assertLeaves(SWAP, "it's");
    }

    @Test
    void aTextKeepsItsLetters() {
        assertLeaves(SWAP, "an ox see 3.14 km https://example.com, don't 🙂");
        assertEach(SWAP, (source, made) -> assertThat(sorted(made)).isEqualTo(sorted(source)));
        assertEachEdit(SWAP, (replaced, replacement) -> assertThat(replacement).isNotEqualTo(replaced));
    }

    private static int[] sorted(String text) {
        return text.codePoints().sorted().toArray();
    }
}
