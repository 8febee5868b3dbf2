// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertEach;
import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import org.junit.jupiter.api.Test;

class CharacterDeletionTest {
    private static final Augmenter DELETION = new CharacterDeletion(1);

    @Test
    void aWordLosesOneCharacterButNotItsFirst() {
        assertThat(made(DELETION, "word")).containsExactly("wod", "wor", "wrd");
        assertThat(made(DELETION, "te\u0301t")).containsExactlyInAnyOrder("tt", "te\u0301");
        assertThat(made(DELETION, "हिन्दी")).containsExactly("हिदी", "हिन्");
        assertThat(made(DELETION, "it's")).containsExactly("i's", "it'");
    }

    @Test
    void shortWordsAndWhatIsNoWordStay() {
        assertLeaves(DELETION, """
                an ox is e\u0301e at 3.14 km, 👩‍👩‍👧
                don't go https://example.com
                """);
        assertEach(DELETION, (source, made) -> assertThat(made.charAt(0)).isEqualTo(source.charAt(0)));
        assertEachEdit(
                DELETION, (replaced, replacement) -> assertThat(replacement).isEmpty());
    }
}
