// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import dev.graft.augment.parts.Casing;
import dev.graft.augment.parts.Exchanges;
import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Vocabulary;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TfIdfReplacementTest {
    private static final Vocabulary VOCABULARY = Vocabulary.of(
            Stream.of("this phone of the old", "our street of the city", "our house of the king", "a lamp of the room")
                    .map(text -> analyzed(text))
                    .toList());

    /** How often each word of a text is replaced. */
    private static Map<String, Long> replaced(String source) {
        AnalyzedText text = analyzed(source);
        return LongStream.range(0, 2000)
                .boxed()
                .flatMap(seed -> new TfIdfReplacement(VOCABULARY, 0.01).edits(text, Seeds.random(seed)).stream())
                .collect(Collectors.groupingBy(
                        edit -> source.substring(edit.start(), edit.end()), Collectors.counting()));
    }

    @Test
    void wordsThatSayLittleAreReplaced() {
        assertThat(replaced("my parcel arrived").keySet()).containsExactly("my");
    }

    @Test
    void aWordOfFewerDocumentsSaysMore() {
        assertThat(replaced("our parcel, a street").keySet()).containsExactly("our");
    }

    @Test
    void takesWordsOfTheCorpusInTheCaseOfTheWord() {
        Augmenter all = new TfIdfReplacement(VOCABULARY, 1);
        assertEachEdit(all, (replaced, replacement) -> {
            assertThat(VOCABULARY.idf(replacement)).isLessThanOrEqualTo(Math.log(4));
            assertThat(replacement).isEqualTo(Casing.like(replacement.toLowerCase(Locale.ROOT), replaced));
        });
        assertLeaves(all, "don't 3.5 https://example.com 🙂");
    }

    @Test
    void anArticleStaysWhereAnotherWouldPointElsewhere() {
        for (String stays : List.of(
                "over|the|moon",
                "is|a|lamp",
                "such|a|lamp",
                "in|a|while",
                "|a|200",
                "all|my|lamps",
                "|my|own",
                "|because|of",
                "|each|other",
                "|rather|than",
                "would|rather|go",
                "even|though|rain",
                "late|though|.",
                "nothing|but|rain",
                "find|a|nicer",
                "|my|cousin")) {
            String[] words = stays.split("\\|");
            assertThat(Exchanges.of(words[1], words[0], words[2])).as(stays).isEmpty();
        }
        assertThat(Exchanges.of("a", "bought", "lamp")).containsExactly("the");
        assertThat(Exchanges.of("because", "late", "it")).containsExactly("since", "as");
    }
}
