// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertEach;
import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import org.junit.jupiter.api.Test;

class LeetspeakTest {
    private static final Augmenter LEETSPEAK = new Leetspeak(1);

    @Test
    void writesSignsForLetters() {
        assertThat(made(LEETSPEAK, "leet")).contains("l33t", "le37", "le3t");
        assertThat(made(LEETSPEAK, "got")).containsExactly("9ot", "g0t", "go7");
        assertLeaves(LEETSPEAK, "I am so");
    }

    @Test
    void onlyALetterWithASignIsReplacedAndOneAtLeast() {
        assertLeaves(LEETSPEAK, "why my hmm é e\u0301 а हि https://toast.com don't 3.5 🙂");
        assertEach(LEETSPEAK, (source, made) -> assertThat(made).hasSameSizeAs(source));
        assertEachEdit(LEETSPEAK, (replaced, replacement) -> {
            assertThat(replacement).isNotEqualTo(replaced);
            for (int i = 0; i < replaced.length(); i++) {
                char letter = Character.toLowerCase(replaced.charAt(i));
                int sign = replacement.charAt(i) == replaced.charAt(i) ? -1 : "aeiostzbg".indexOf(letter);
                assertThat(replacement.charAt(i)).isEqualTo(sign < 0 ? replaced.charAt(i) : "431057289".charAt(sign));
            }
        });
    }
}
