// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertEach;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RandomSwapTest {
    private static final Augmenter SWAP = new RandomSwap(1);
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}]+(?:['-][\\p{L}\\p{M}]+)*");

    @Test
    void pairsOfWordsChangePlaces() {
        assertThat(made(SWAP, "one two")).containsExactly("two one");
        assertThat(made(SWAP, "one two, three."))
                .containsExactly("one three, two.", "three two, one.", "two one, three.");
        assertThat(made(SWAP, "(me) not\r\nyou 👩‍👩‍👧")).containsExactly("(you) not\r\nme 👩‍👩‍👧");
        assertLeaves(SWAP, """
                word
                the the
                I don't 3.5 https://example.com
                """);
    }

    @Test
    void theWordsStayAndSoDoesAllElse() {
        assertEach(SWAP, (source, made) -> {
            assertThat(words(made)).isEqualTo(words(source));
            assertThat(between(made)).isEqualTo(between(source));
        });
    }

    private static List<String> words(String text) {
        return WORD.matcher(text).results().map(MatchResult::group).sorted().toList();
    }

    private static String between(String text) {
        return WORD.matcher(text).replaceAll("_");
    }
}
