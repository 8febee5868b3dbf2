// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import org.junit.jupiter.api.Test;

class CharacterSubstitutionTest {
    private static final Augmenter SUBSTITUTION = new CharacterSubstitution(1);

    @Test
    void aCharacterBecomesAnotherLetterOfTheScriptAndCase() {
        assertThat(made(SUBSTITUTION, "It"))
                .allMatch(made -> made.matches("[A-Z]t|I[a-z]"))
                .hasSizeGreaterThan(20);
        assertThat(made(SUBSTITUTION, "WE WANT THEM ALL"))
                .doesNotContain("WE WANT THEM ALL")
                .allMatch(made -> made.matches("[A-Z]{2} [A-Z]{4} [A-Z]{4} [A-Z]{3}"));
        assertThat(made(SUBSTITUTION, "e\u0301")).allMatch(made -> made.matches("[a-z]"));
        assertThat(made(SUBSTITUTION, "Да")).containsExactlyInAnyOrder("Аа", "Дд", "Да");
    }

    @Test
    void oneLetterStandsForOneCharacter() {
        assertLeaves(SUBSTITUTION, "3.14 🙂 https://example.com, don't");
        assertEachEdit(SUBSTITUTION, (replaced, replacement) -> {
            assertThat(replaced).matches("\\X").isNotEqualTo(replacement);
            assertThat(replacement.codePoints()).hasSize(1).allMatch(Character::isLetter);
        });
    }
}
