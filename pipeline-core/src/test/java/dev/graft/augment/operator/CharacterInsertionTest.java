// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import org.junit.jupiter.api.Test;

class CharacterInsertionTest {
    private static final Augmenter INSERTION = new CharacterInsertion(1);

    @Test
    void aWordGetsOneLetterMoreInItsScriptAndCase() {
        assertThat(made(INSERTION, "It"))
                .allMatch(made -> made.matches("I[a-z]t|It[a-z]"))
                .hasSizeGreaterThan(20);
        assertThat(made(INSERTION, "WE WANT THEM ALL"))
                .allMatch(made -> made.matches("[A-Z]{3} [A-Z]{5} [A-Z]{5} [A-Z]{4}"));
        assertThat(made(INSERTION, "Да")).containsExactlyInAnyOrder("Дад", "Дда", "Даа");
        assertThat(made(INSERTION, "क्षि")).containsExactlyInAnyOrder("क्कषि", "क्षिक", "क्षिष", "क्षषि");
    }

    @Test
    void nothingIsLost() {
        assertLeaves(INSERTION, "3.14 🙂 https://example.com, don't");
        assertEachEdit(INSERTION, (replaced, replacement) -> {
            assertThat(replaced).isEmpty();
            assertThat(replacement.codePoints()).hasSize(1).allMatch(Character::isLetter);
        });
    }
}
