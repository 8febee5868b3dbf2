// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.augment.OperatorSettings.Operator;
import dev.graft.corpus.Document;
import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import dev.graft.text.TextAnalyzer;
import dev.graft.text.WordNet;
import dev.graft.translate.Apertium;
import dev.graft.translate.Pivot;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every operator must hold; a new one is tested by standing in the list. */
class AugmentersTest {
    private static final TextAnalyzer ANALYZER = new TextAnalyzer();
    private static final WordNet WORD_NET = new WordNet();
    private static final String TEXT = "Hello, I bought an old phone (BX-204817) for €20.50 and it didn't charge.\n\n"
            + "Please refund my quick purchase 🙂 — see https://example.com/x?y=1, café étonnant. The weather was lovely, and the children played outside.";

    /** Analysed once for all operators: the last is 1 MB. */
    private static final List<AnalyzedText> EXTREMES = Stream.of(
                    "", " ", "\n", "word", "a".repeat(100_000), "many small words here. ".repeat(45_000))
            .map(AugmentersTest::analyzed)
            .toList();

    private static Augmenter operator(Operator operator, double rate) {
        if (operator == Operator.BACK_TRANSLATION) {
            assumeTrue(
                    Apertium.isInstalled(Pivot.EO), "Apertium's en-eo is not installed: back-translation not tested");
        }
        return Augmenters.of(new OperatorSettings(operator, rate, 1, Pivot.EO), () -> WORD_NET);
    }

    private static AnalyzedText analyzed(String text) {
        return ANALYZER.analyze(new Document("d", text, null));
    }

    @ParameterizedTest
    @EnumSource
    void nothingHappensAtRateZero(Operator operator) {
        assertThat(operator(operator, 0).edits(analyzed(TEXT), Seeds.random(1))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theNameIsThatOfTheConfiguration(Operator operator) {
        assertThat(operator(operator, 0).name())
                .isEqualTo(operator.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    @ParameterizedTest
    @EnumSource
    void theSameSeedGivesTheSameEditsAndSomeSeedsGiveOthers(Operator operator) {
        Augmenter augmenter = operator(operator, 0.5);
        AnalyzedText text = analyzed(TEXT);
        for (long seed = 0; seed < 20; seed++) {
            assertThat(augmenter.edits(text, Seeds.random(seed)))
                    .as("seed %d", seed)
                    .isEqualTo(augmenter.edits(text, Seeds.random(seed)));
        }
        assertThat(LongStream.range(0, 20)
                        .mapToObj(seed -> augmenter.edits(text, Seeds.random(seed)))
                        .distinct())
                .hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @EnumSource
    void aHundredRandomTextsKeepTheirProtectedSpansAndCanBeRestored(Operator operator) {
        Augmenter augmenter = operator(operator, 0.5);
        for (long seed = 0; seed < 100; seed++) {
            String source = RandomText.of(seed);
            AnalyzedText text = analyzed(source);
            List<Edit> edits = augmenter.edits(text, Seeds.random(seed));
            String made = Edit.apply(source, edits);
            assertThat(Edit.apply(made, Edit.inverse(source, edits)))
                    .as("seed %d", seed)
                    .isEqualTo(source);
            for (Span span : text.protectedSpans()) {
                String kept = source.substring(span.start(), span.end());
                assertThat(made).as("seed %d: %s of <%s>", seed, span, source).contains(kept);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void annotatedSpansAreLeftAlone(Operator operator) {
        String source = "The quick delivery of my new telephone was a big surprise for the whole family yesterday.";
        Span annotated = new Span(4, 18, "THING");
        AnalyzedText text = ANALYZER.analyze(new Document("d", source, "x", List.of(annotated)));
        for (long seed = 0; seed < 50; seed++) {
            String made = Edit.apply(source, operator(operator, 0.6).edits(text, Seeds.random(seed)));
            assertThat(made).as("seed %d", seed).contains("quick delivery");
        }
    }

    @ParameterizedTest
    @EnumSource
    void emptyBlankAndHugeTextsPass(Operator operator) {
        Augmenter augmenter = operator(operator, operator == Operator.BACK_TRANSLATION ? 0.001 : 0.1);
        for (AnalyzedText text : EXTREMES) {
            String source = text.text();
            List<Edit> edits = augmenter.edits(text, Seeds.random(3));
            assertThat(Edit.apply(Edit.apply(source, edits), Edit.inverse(source, edits)))
                    .isEqualTo(source);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aShareOutOfBoundsIsNamed(Operator operator) {
        for (double bad : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> operator(operator, bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is " + bad + "; allowed is a share from 0 to 1");
        }
    }

    @Test
    void synonymsKeepFormCaseAndArticle() {
        AnalyzedText text = analyzed("She purchased an automobile. PHYSICIANS were buying it.");
        Augmenter augmenter = operator(Operator.SYNONYM_REPLACEMENT, 1);
        List<String> made = LongStream.range(0, 30)
                .mapToObj(seed -> Edit.apply(text.text(), augmenter.edits(text, Seeds.random(seed))))
                .distinct()
                .toList();
        assertThat(made).allMatch(each -> each.startsWith("She bought a"));
        assertThat(made)
                .anyMatch(each -> each.startsWith("She bought a car.") || each.startsWith("She bought a motorcar."));
        assertThat(made).anyMatch(each -> each.contains("DOCTORS"));
        assertThat(made).anyMatch(each -> each.contains("purchasing"));
    }

    @Test
    void deletionLeavesAWord() {
        AnalyzedText text = analyzed("remove every word here");
        for (long seed = 0; seed < 50; seed++) {
            assertThat(Edit.apply(
                            text.text(), operator(Operator.RANDOM_DELETION, 1).edits(text, Seeds.random(seed))))
                    .isNotBlank();
        }
    }
}
