// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.corpus.Document;
import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import dev.graft.text.TextAnalyzer;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PlaceholdersTest {
    private static final TextAnalyzer ANALYZER = new TextAnalyzer();

    private static Placeholders of(String sentence) {
        AnalyzedText text = ANALYZER.analyze(new Document("d", sentence, null, List.of()));
        return Placeholders.of(
                sentence,
                text.protectedSpans().stream()
                        .filter(span -> !span.label().equals("negation")
                                && !span.label().equals("modal"))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Remove the card from BX-481127.|Remove the card from X1.",
                "Mail it to nadia.k@example.com, please.|Mail it to X1, please.",
                "I have a credit of €40, but no card.|I have a credit of X1, but no card.",
                "Delivered 😀👍🏽 by the van|Delivered X1 by the van",
                "a fantastic -lrb- and educational -rrb- film|a fantastic X1 and educational X2 film",
                "How do you meet the `` Hooters '' girls ?|How do you meet the X1 girls ?",
                "Ask @brightbox about it|Ask X1 about it",
                "X1 is my model, and it cost 40|Z1 is my model, and it cost Z2"
            })
    void codesStandForWhatMustComeBack(String sentence, String masked) {
        assertThat(of(sentence).text()).isEqualTo(masked);
        assertThat(of(sentence).restore(masked)).contains(sentence);
    }

    @Test
    void aCodeThatIsLostDoubledOrOutOfOrderIsNoAnswer() {
        Placeholders two =
                Placeholders.of("from 10 to 20", List.of(new Span(5, 7, "number"), new Span(11, 13, "number")));
        assertThat(two.text()).isEqualTo("from X1 to X2");
        assertThat(two.restore("out of X1 into X2")).contains("out of 10 into 20");
        assertThat(two.restore("from X1")).isEmpty();
        assertThat(two.restore("from X1 to X1 to X2")).isEmpty();
        assertThat(two.restore("to X2 from X1")).isEmpty();
        assertThat(two.restore("from X10 to X2")).isEmpty();
    }

    @Test
    void theArticleSuitsWhatComesBack() {
        Placeholders one = Placeholders.of("Write a JavaScript function", List.of(new Span(8, 18, "name")));
        assertThat(one.restore("Write an X1 function")).contains("Write a JavaScript function");
        Placeholders other = Placeholders.of("Write an HTML page", List.of(new Span(9, 13, "name")));
        assertThat(other.restore("Write a X1 page")).contains("Write an HTML page");
    }

    @Test
    void aCodeBehindItsNounIsNoAnswerAndAnArticleOfThePivotGoes() {
        Placeholders one = Placeholders.of("I am a JavaScript developer", List.of(new Span(7, 17, "name")));
        assertThat(one.restore("I'm a developer X1")).isEmpty();
        assertThat(one.restore("I'm an X1 developer")).contains("I'm a JavaScript developer");
        Placeholders order = Placeholders.of("Look at BX-12 today", List.of(new Span(8, 13, "number")));
        assertThat(order.restore("Look at the X1 now")).contains("Look at BX-12 now");
        Placeholders the = Placeholders.of("Look at the BX-12 today", List.of(new Span(12, 17, "number")));
        assertThat(the.restore("Look at the X1 now")).contains("Look at the BX-12 now");
    }

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anySentenceIsRestored(long seed) {
        Random random = new Random(seed);
        String alphabet = "ab XZQ1 2.,-€$😀@#'\"()`éñ\u0301";
        StringBuilder sentence = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            int at = random.nextInt(alphabet.length());
            sentence.append(alphabet.charAt(at));
        }
        Placeholders masked = of(sentence.toString());
        assertThat(masked.restore(masked.text())).contains(sentence.toString());
    }
}
