// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.operator.Choice.Answered;
import dev.graft.augment.parts.Rewriting;
import dev.graft.augment.parts.Sentences;
import dev.graft.checkpoint.BaseModel;
import dev.graft.task.SentenceEncoder;
import dev.graft.text.AnalyzedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WordChoiceTest {
    private static SentenceEncoder encoder;

    @BeforeAll
    static void start() {
        encoder = new SentenceEncoder(BaseModel.load(BaseModel.MINILM), 64);
    }

    @AfterAll
    static void stop() {
        encoder.close();
    }

    private static Answered answered(String text, List<String> answers) {
        AnalyzedText analyzed = Examples.analyzed(text);
        return new Answered(Rewriting.of(analyzed, Sentences.free(analyzed).get(0), encoder::knows), answers);
    }

    private static List<Optional<String>> chosen(Answered... sentences) {
        return new WordChoice(new Agreeing(encoder, 0.85, 0.62)).of(List.of(sentences));
    }

    @Test
    void whatHangsOnTheRestOfItsAnswerIsLeft() {
        assertThat(chosen(answered(
                        "The firemen emerge from the smoke at six.",
                        List.of("The firemen emerges from smoke at six.", "Firemen emerged of the smoke."))))
                .containsExactly(Optional.empty());
    }

    @Test
    void aWordThatOneOfManyAnswersHasMustBeNearer() {
        String text = "A brown dog runs across the street.";
        String puppy = "A brown puppy runs across the street.";
        List<String> answers = new ArrayList<>(List.of(puppy));
        for (int i = 1; i < 20; i++) {
            answers.add("A brown dog runs across street" + "s".repeat(i) + ".");
        }
        assertThat(chosen(answered(text, List.of(puppy)), answered(text, answers)))
                .containsExactly(Optional.of(puppy), Optional.empty());
    }

    @Test
    void aSentenceGetsTheSameWhateverIsAskedBesideIt() {
        Answered bought = answered("He bought a bike in May.", List.of("He purchased a bicycle in May."));
        Answered none = answered("The bus was late again.", List.of());
        assertThat(chosen(none, bought, bought))
                .containsExactly(
                        Optional.empty(), chosen(bought).get(0), chosen(bought).get(0));
        assertThat(chosen(bought)).containsExactly(Optional.of("He purchased a bicycle in May."));
    }
}
