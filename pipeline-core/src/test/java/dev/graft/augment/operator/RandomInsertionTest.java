// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static dev.graft.augment.operator.Examples.operator;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import dev.graft.text.Vocabulary;
import dev.graft.text.wordnet.WordNet;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomInsertionTest {
    private static final Augmenter INSERTION = insertion("phone", "phone", "phone");

    private static Augmenter insertion(String... corpus) {
        return new EnglishOnly(new RandomInsertion(
                new WordNet(),
                Vocabulary.of(Stream.of(corpus).map(text -> analyzed(text)).toList()),
                1));
    }

    @Test
    void insertsASynonymBeforeAWord() {
        assertThat(made(INSERTION, "a telephone.")).containsExactly("a phone telephone.", "phone a telephone.");
        assertThat(made(INSERTION, "GET THE TELEPHONE NOW"))
                .contains("GET THE PHONE TELEPHONE NOW", "PHONE GET THE TELEPHONE NOW")
                .allMatch(made -> made.equals(made.toUpperCase(Locale.ROOT)));
    }

    @Test
    void aWordThatTheCorpusHardlyHasIsNotInserted() {
        assertLeaves(insertion("caput", "caput", "other words"), "my head.");
        assertThat(made(insertion("caput", "caput", "the caput"), "my head.")).contains("my caput head.");
    }

    @Test
    void nothingIsInsertedIntoANameOrOfAnotherMeaning() {
        assertThat(made(INSERTION, "then telephone kralik novotny"))
                .containsExactly("phone then telephone kralik novotny", "then phone telephone kralik novotny");
        assertLeaves(insertion("the john", "the john", "the john"), "the bathroom is clean");
    }

    @Test
    void whatIsDeniedIsNotSaidElsewhere() {
        assertThat(made(INSERTION, "we telephone him")).contains("phone we telephone him");
        assertLeaves(INSERTION, "do not telephone him");
    }

    @Test
    void theBestPlaceIsBesideTheSameNeighbours() {
        Augmenter known = insertion("the phone rang", "my phone", "phone");
        assertThat(made(known, "once the telephone rang loudly"))
                .containsExactly("once the phone telephone rang loudly", "once the telephone phone rang loudly");
        Augmenter both = insertion("the phone calls", "the phone calls", "my phone");
        assertThat(made(both, "the telephone failed and the calls went on"))
                .containsExactly("the telephone failed and the phone calls went on");
    }

    @Test
    void withoutACorpusPairsThatHoldNearlyAnywhereAreTaken() {
        assertThat(made(operator("operator = random-insertion, alpha = 1"), "We bought a lamp"))
                .contains("We purchased bought a lamp");
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
