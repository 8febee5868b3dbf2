// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.assertEach;
import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.augment.Augmenter;
import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import org.junit.jupiter.api.Test;

class RandomDeletionTest {
    @Test
    void wordsThatSayLittleGoWithOneSpace() {
        Augmenter deletion = new RandomDeletion(0.01);
        assertThat(made(deletion, "Open the window")).containsExactly("Open window");
        assertThat(made(deletion, "we saw the\tparcel")).containsExactly("we saw parcel");
        assertThat(made(deletion, "Look (the door) now")).containsExactly("Look (door) now");
        assertThat(made(deletion, "Bread with butter.")).containsExactly("Bread butter.");
        assertThat(made(deletion, "She bought an extremely ugly lamp yesterday evening"))
                .containsExactly("She bought extremely ugly lamp yesterday evening");
        assertThat(made(deletion, "Lamps usually break quickly up there"))
                .containsExactly("Lamps break quickly up there", "Lamps usually break up there");
        assertLeaves(deletion, """
                word
                Lovely view
                don't https://example.com 3.5 🙂
                She ran faster than him
                Pay there, please!
                Log in!
                """);
    }

    @Test
    void onlyWordsAndOneSpaceGoAndNeverNeighbours() {
        assertEachEdit(new RandomDeletion(0.5), (replaced, replacement) -> {
            assertThat(replaced).matches("[ \\t]?[\\p{L}\\p{M}'’-]+[ \\t]?");
            assertThat(replacement).isEmpty();
        });
        assertEach(new RandomDeletion(1), (source, made) -> assertThat(made).isNotBlank());
    }

    @Test
    void asManyGoAsAskedIfSoManySayLittle() {
        AnalyzedText text =
                analyzed("red the tan the lime the teal the navy the grey the pink the gold the plum the coral");
        int deleted = 0;
        for (long seed = 0; seed < 2000; seed++) {
            deleted += new RandomDeletion(0.3).edits(text, Seeds.random(seed)).size();
        }
        assertThat(deleted / 2000.0).isCloseTo(0.3 * 19, within(0.15));
    }
}
