// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.made;
import static dev.graft.augment.operator.Examples.operator;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.corpus.Span;
import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import dev.graft.text.StopWords;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What could go wrong: a wrong form, a wrong sense, a wrong article, a word that is none, a word that was not to be touched. */
class SynonymReplacementTest {
    private static final Augmenter ALL = operator("operator = synonym-replacement, alpha = 1");

    private static String changes(String pairs) {
        StringBuilder wrong = new StringBuilder();
        for (String pair : pairs.strip().split("\n")) {
            String[] sides = pair.split(" -> ");
            Set<String> made = made(ALL, sides[0].strip());
            if (!made.contains(sides[1].strip())) {
                wrong.append(pair).append(", but ").append(made).append('\n');
            }
        }
        return wrong.toString();
    }

    @Test
    void keepsTenseNumberAndComparison() {
        assertThat(changes("""
                                She bought it. -> She purchased it.
                                They have purchased it. -> They have bought it.
                                He is buying it. -> He is purchasing it.
                                He buys it. -> He purchases it.
                                They hope to purchase it. -> They hope to buy it.
                                The phone is here. -> The telephone is here.
                                The phones are here. -> The telephones are here.
                                The kids are here. -> The children are here.
                                It was a larger one. -> It was a bigger one.
                                It was the biggest one. -> It was the largest one.
                                """)).isEmpty();
    }

    @Test
    void mendsTheArticleBothWays() {
        assertThat(changes("""
                                It was a mistake. -> It was an error.
                                It was an error. -> It was a mistake.
                                An error was made. -> A mistake was made.
                                """)).isEmpty();
    }

    @Test
    void keepsTheCase() {
        assertThat(changes("""
                                Films are fun. -> Movies are fun.
                                Films are fun. -> Motion pictures are fun.
                                """)).isEmpty();
    }

    @Test
    void takesTheSenseFromTheSentence() {
        assertThat(made(ALL, "We moored the canoe at the bank of the river."))
                .noneMatch(text -> text.contains("banking"));
        assertThat(made(ALL, "The bank lends money.")).anyMatch(text -> text.contains("banking"));
        assertThat(made(operator("operator = synonym-replacement, alpha = 1\nsense = first"), "The bank lends money."))
                .noneMatch(text -> text.contains("banking"));
    }

    @Test
    void leavesTheParticleOfAPhrasalVerb() {
        assertThat(made(ALL, "Please turn off the radio.")).anyMatch(text -> text.contains("switch off"));
    }

    @ParameterizedTest
    @CsvSource({"renounced", "relinquished", "waived", "abandoned", "surrendered"})
    void makesNoWordsUp(String past) {
        assertThat(String.join(" ", made(ALL, "She " + past + " the claim and the right.")))
                .doesNotContain("goed", "giveed", "refered", "annuled", "gived");
    }

    @Test
    void leavesCompoundsWhole() {
        assertThat(made(ALL, "My credit card is here.")).allMatch(text -> text.contains("credit card"));
    }

    @Test
    void touchesNoStopWordAndNothingProtected() {
        String text = "I can not see 20 errors in errors.txt, and Peter purchased no phones at https://phones.com";
        Span phones = new Span(text.indexOf("phones at"), text.indexOf(" at https"), "PRODUCT");
        AnalyzedText analyzed = analyzed(text, phones);
        for (long seed = 0; seed < 50; seed++) {
            for (Edit edit : ALL.edits(analyzed, Seeds.random(seed))) {
                String word = text.substring(edit.start(), edit.end());
                assertThat(StopWords.contains(word)).as(word).isFalse();
                assertThat(analyzed.isProtected(edit.start(), edit.end()))
                        .as(word)
                        .isFalse();
            }
        }
    }

    @Test
    void theEncoderChoosesTheNearestSense() {
        Augmenter nearest = operator("operator = synonym-replacement, alpha = 1\nsimilarity = true");
        AnalyzedText text = analyzed("The bank lends money.");
        for (long seed = 0; seed < 20; seed++) {
            assertThat(made(nearest, text, seed))
                    .isEqualTo(made(nearest, text, seed))
                    .isNotEqualTo(text.text());
        }
    }
}
