// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import dev.graft.augment.parts.Casing;
import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Vocabulary;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TfIdfReplacementTest {
    private static final Vocabulary VOCABULARY = Vocabulary.of(Stream.of(
                    "this phone of the old", "this street of the city", "this house of the king", "a lamp of the room")
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
        assertThat(replaced("the parcel arrived").keySet()).containsExactly("the");
    }

    @Test
    void aWordOfFewerDocumentsSaysMore() {
        assertThat(replaced("the parcel, the lamp, a street").keySet()).containsExactly("the");
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
}
