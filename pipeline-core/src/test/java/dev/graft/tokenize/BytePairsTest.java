// SPDX-License-Identifier: Apache-2.0
package dev.graft.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BytePairsTest {
    /** The example of Sennrich et al. 2016: "low" 5 times, "lowest" 2, "newer" 6, "wider" 3. */
    private static final List<String> PAPER =
            List.of("low low low low low", "lowest lowest", "newer newer newer newer newer newer", "wider wider wider");

    @Test
    void theMostFrequentPairsAreMergedFirst() {
        List<String> pieces = BytePairs.learn(PAPER, 30).pieces();
        assertThat(pieces.subList(0, 4)).containsExactly("er", "lo", "low", "▁low");
        assertThat(pieces).contains("▁newer", "▁wider", "▁").doesNotHaveDuplicates();
        assertThat(BytePairs.learn(PAPER, 1000).pieces()).contains("▁lowest").hasSizeLessThan(40);
    }

    /** The native code of SentencePiece takes the file, finds the pieces, and gives back the text. */
    @Test
    void sentencePieceReadsWhatWasLearnt(@TempDir Path folder) {
        List<String> texts = texts(60, 4);
        BytePairs learnt = BytePairs.learn(texts, 120);
        Path file = folder.resolve("source.spm");
        learnt.write(file);
        try (SentencePiece model = new SentencePiece(file)) {
            for (int i = 0; i < learnt.pieces().size(); i++) {
                assertThat(model.id(learnt.pieces().get(i))).isEqualTo(i + BytePairs.SPECIAL.size());
            }
            for (String text : texts) {
                assertThat(learnt.pieces()).containsAll(model.pieces(text));
                assertThat(model.text(model.ids(text))).isEqualTo(text);
            }
            assertThat(model.id("</s>")).isEqualTo(2);
        }
    }

    @Test
    void theOrderOfTheTextsDoesNotMatter() {
        List<String> texts = texts(40, 8);
        List<String> shuffled = new ArrayList<>(texts);
        Collections.shuffle(shuffled, new Random(3));
        assertThat(BytePairs.learn(shuffled, 100)).isEqualTo(BytePairs.learn(texts, 100));
        assertThat(BytePairs.learn(texts, 70).pieces()).hasSize(70 - BytePairs.SPECIAL.size());
    }

    @Test
    void noPieceHoldsLettersAndSigns() {
        List<String> pieces = BytePairs.learn(
                        Collections.nCopies(9, "Der Hund, der 12 Kühe jagt, jagt (heute) nicht."), 1000)
                .pieces();
        assertThat(pieces).contains("▁Kühe", "jagt".length() > 3 ? "▁jagt" : "", "▁(", ",");
        assertThat(pieces).noneMatch(piece -> piece.matches(".*\\p{L}[^\\p{L}].*|.*\\d\\d.*|.+[^▁]▁.*"));
    }

    @Test
    void aVocabularyThatCannotHoldTheCharactersIsRefused() {
        assertThatThrownBy(() -> BytePairs.learn(List.of("abcdefgh"), 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("9 characters")
                .hasMessageContaining("12 or more");
    }

    private static List<String> texts(int count, long seed) {
        Random random = new Random(seed);
        return IntStream.range(0, count)
                .mapToObj(i -> IntStream.rangeClosed(0, 1 + random.nextInt(6))
                        .mapToObj(word -> IntStream.rangeClosed(0, random.nextInt(7))
                                .mapToObj(letter -> "" + "aeioubdgkßü.".charAt(random.nextInt(12)))
                                .collect(Collectors.joining()))
                        .collect(Collectors.joining(" ")))
                .toList();
    }
}
