// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.assertMakes;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import org.junit.jupiter.api.Test;

class WordMergeTest {
    private static final Augmenter MERGE = new WordMerge(1);

    @Test
    void theSpaceBetweenTwoWordsGoes() {
        assertMakes(MERGE, """
                the old phone, (it is) here -> theoldphone, (itis) here
                मेरी किताब cafe\u0301 bar -> मेरीकिताबcafe\u0301bar
                """);
        assertThat(made(new WordMerge(0.1), "we see them")).containsExactly("we seethem", "wesee them");
    }

    @Test
    void noOtherWhiteSpaceGoes() {
        assertLeaves(MERGE, """
                word
                a, b. c "d" 3 e\\tf\\r\\ng  h 🙂 i
                we don't 3.5 https://example.com is
                """);
        assertEachEdit(MERGE, (replaced, replacement) -> {
            assertThat(replaced).isEqualTo(" ");
            assertThat(replacement).isEmpty();
        });
    }
}
