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
import dev.graft.corpus.Document;
import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import dev.graft.text.TextAnalyzer;
import dev.graft.text.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomDeletionTest {
    private static final Vocabulary NONE = new Vocabulary(0, List.of());

    @Test
    void whatTellsTheClassStays() {
        List<AnalyzedText> rows = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            rows.add(labelled(i, "we waited really long " + i, "slow"));
            rows.add(labelled(i, "we waited hardly at all " + i, "quick"));
        }
        Vocabulary vocabulary = Vocabulary.of(rows);
        assertThat(vocabulary.information("long")).isEqualTo(1, within(1e-9));
        assertThat(vocabulary.information("waited")).isZero();
        String text = "They usually told us really long stories about the quickly painted house";
        assertThat(made(new RandomDeletion(NONE, 1), text)).noneMatch(made -> made.contains("really"));
        assertThat(made(new RandomDeletion(vocabulary, 1), text))
                .allMatch(made -> made.contains("really") && !made.contains("usually"));
    }

    private static AnalyzedText labelled(int row, String text, String label) {
        return new TextAnalyzer().analyze(new Document("r" + row, text, label));
    }

    @Test
    void wordsThatSayLittleGoWithOneSpace() {
        Augmenter deletion = new RandomDeletion(NONE, 0.01);
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
                sadly , nobody came ever
                Log in!
                Stuck at 43%
                """);
    }

    @Test
    void aNounGoesNotFromBehindItsArticle() {
        Augmenter all = new RandomDeletion(NONE, 1);
        Vocabulary articles = Vocabulary.of(IntStream.range(0, 40)
                .mapToObj(i -> labelled(i, (i % 2 == 0 ? "the row " : "row ") + i, i % 2 == 0 ? "with" : "without"))
                .toList());
        assertThat(made(
                        new RandomDeletion(articles, 1),
                        "Yesterday the tall nurse said the printer jams when rain falls"))
                .contains("Yesterday the nurse said the printer jams when rain falls")
                .allMatch(made -> made.contains("nurse said the printer jams"));
        assertThat(made(all, "the light was on for hours in spite of us"))
                .allMatch(made -> made.contains(" on ") && made.contains("in spite of"));
    }

    @Test
    void onlyWordsAndOneSpaceGoAndNeverNeighbours() {
        assertEachEdit(new RandomDeletion(NONE, 0.5), (replaced, replacement) -> {
            assertThat(replaced).matches("[ \\t]?[\\p{L}\\p{M}'’-]+[ \\t]?");
            assertThat(replacement).isEmpty();
        });
        assertEach(
                new RandomDeletion(NONE, 1), (source, made) -> assertThat(made).isNotBlank());
    }

    @Test
    void asManyGoAsAskedIfSoManySayLittle() {
        AnalyzedText text =
                analyzed("red the tan the lime the teal the navy the grey the pink the gold the plum the coral");
        int deleted = 0;
        for (long seed = 0; seed < 2000; seed++) {
            deleted += new RandomDeletion(NONE, 0.3)
                    .edits(text, Seeds.random(seed))
                    .size();
        }
        assertThat(deleted / 2000.0).isCloseTo(0.3 * 19, within(0.15));
    }
}
