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
import dev.graft.augment.Edit;
import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import java.util.List;
import org.junit.jupiter.api.Test;

class RandomDeletionTest {
    @Test
    void wordsGoWithOneSpaceAndOneIsLeft() {
        Augmenter deletion = new RandomDeletion(1);
        assertThat(made(deletion, "one two three"))
                .contains("three")
                .allMatch(made -> made.matches("(one|two|three) ?"));
        assertThat(made(deletion, "see (me) now")).containsExactlyInAnyOrder("(me)", "see (me)", "(me) now");
        assertThat(made(deletion, "one\ttwo")).containsExactlyInAnyOrder("two", "one");
        assertThat(made(deletion, "All of this, but")).containsOnly("All,", "of,", "this,", ", but");
        assertThat(made(deletion, "five km/h now")).noneMatch(made -> made.contains("five/") || made.contains("/now"));
        assertLeaves(deletion, """
                word
                don't https://example.com 3.5 🙂
                """);
    }

    @Test
    void onlyWordsAndOneSpaceGo() {
        assertEachEdit(new RandomDeletion(0.5), (replaced, replacement) -> {
            assertThat(replaced).matches("[ \\t]?[\\p{L}\\p{M}'’-]+([ \\t][\\p{L}\\p{M}'’-]+)*[ \\t]?");
            assertThat(replacement).isEmpty();
        });
        assertEach(new RandomDeletion(1), (source, made) -> assertThat(made).isNotBlank());
    }

    @Test
    void aWordIsDeletedWithTheProbabilityAsked() {
        AnalyzedText text = analyzed("one two three four five six seven eight nine ten");
        int deleted = 0;
        for (long seed = 0; seed < 2000; seed++) {
            List<Edit> edits = new RandomDeletion(0.3).edits(text, Seeds.random(seed));
            deleted += 10 - Edit.apply(text.text(), edits).split(" ", -1).length;
        }
        assertThat(deleted / 2000.0).isCloseTo(0.3 * 9, within(0.1)); // one of the ten is spared
    }
}
