// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static dev.graft.augment.operator.Examples.operator;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class RandomInsertionTest {
    private static final Augmenter INSERTION = operator("operator = random-insertion, alpha = 1");

    @Test
    void insertsASynonymBeforeAWord() {
        assertThat(made(INSERTION, "a telephone.")).containsExactly("a phone telephone.", "phone a telephone.");
        assertThat(made(INSERTION, "GET THE TELEPHONE NOW"))
                .contains("GET THE PHONE TELEPHONE NOW", "PHONE GET THE TELEPHONE NOW")
                .allMatch(made -> made.equals(made.toUpperCase(Locale.ROOT)));
    }

    @Test
    void onlyWordsAreInsertedAndOnlyAtWhiteSpace() {
        assertLeaves(INSERTION, "it was and will be, https://example.com/phone 3.5 🙂");
        assertEachEdit(INSERTION, (replaced, replacement) -> {
            assertThat(replaced).isEmpty();
            assertThat(replacement).matches("(\\S+ )+");
        });
        assertThat(made(INSERTION, "(telephone)/and")).containsExactly("(telephone)/and");
    }
}
