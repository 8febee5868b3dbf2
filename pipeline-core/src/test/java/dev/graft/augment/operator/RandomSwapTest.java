// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertEach;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RandomSwapTest {
    private static final Augmenter SWAP = new RandomSwap(1);
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}]+(?:['-][\\p{L}\\p{M}]+)*");

    @Test
    void aNameInSmallLettersKeepsItsOrder() {
        assertLeaves(new RandomSwap(1), "jorvik talmadge");
        assertThat(made(new RandomSwap(1), "green apples")).containsExactly("apples green");
    }

    @Test
    void neighboursOfWhichOneSaysLittleChangePlaces() {
        assertThat(made(SWAP, "Open the window")).containsExactly("Open window the", "The open window");
        assertThat(made(SWAP, "it was cold and wet .")).containsExactly("it was wet and cold .");
        assertThat(made(SWAP, "plain yoghurt, honey")).containsExactly("yoghurt plain, honey");
        assertThat(made(SWAP, "(warm bread)\r\nyou 👩‍👩‍👧")).containsExactly("(bread warm)\r\nyou 👩‍👩‍👧");
        assertLeaves(SWAP, """
                word
                the the
                I don't 3.5 https://example.com
                he is taller than she
                not good
                from here to there
                """);
    }

    @Test
    void theItemsOfAListChangePlacesUpToThreeApart() {
        assertThat(made(SWAP, "Cold, wet and dark."))
                .containsExactlyInAnyOrder("Wet, cold and dark.", "Dark, wet and cold.", "Cold, dark and wet.");
        assertThat(made(SWAP, "bread, cheese, ham, or soup"))
                .contains("ham, cheese, bread, or soup")
                .doesNotContain("soup, cheese, ham, or bread");
    }

    @Test
    void theWordsStayAndSoDoesAllElse() {
        assertEach(SWAP, (source, made) -> {
            assertThat(words(made)).isEqualTo(words(source));
            assertThat(between(made)).isEqualTo(between(source));
        });
    }

    private static List<String> words(String text) {
        return WORD.matcher(text)
                .results()
                .map(found -> found.group().toLowerCase(Locale.ROOT))
                .sorted()
                .toList();
    }

    private static String between(String text) {
        return WORD.matcher(text).replaceAll("_");
    }
}
