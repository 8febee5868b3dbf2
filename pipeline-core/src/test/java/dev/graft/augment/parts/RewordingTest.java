// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.random.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewordingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "The big dog ran home.|The large dog ran home.|The large dog ran home.",
                "I didn't buy it, sorry!|I did not buy it, sorry!|I did not buy it, sorry!",
                "Send it back.|Please send it back.|Please Send it back.",
                "Send it back, please.|Send it back.|Send it back.",
                "It is late (as always).|It is late (as usual).|It is late (as usual).",
                "one two|three|three",
                "same|same|same"
            })
    void allChangesMakeTheAnswer(String question, String answer, String made) {
        assertThat(Rewording.applied(question, Rewording.between(question, answer)))
                .isEqualTo(made);
    }

    @Test
    void eachChangeCanBeMadeAlone() {
        String question = "The big dog ran home slowly.";
        List<Rewording> changes = Rewording.between(question, "The large dog went home slowly.");
        assertThat(changes.stream().map(each -> Rewording.applied(question, List.of(each))))
                .containsExactly("The large dog ran home slowly.", "The big dog went home slowly.");
        assertThat(changes.get(0).goesWith(changes.get(1))).isTrue();
        assertThat(changes.get(0).goesWith(changes.get(0))).isFalse();
        assertThat(Rewording.applied(question, List.of(changes.get(1), changes.get(0))))
                .isEqualTo("The large dog went home slowly.");
    }

    /** Of sentences of words and marks, drawn. */
    @Test
    void theChangesOfAnyAnswerMakeItsWords() {
        List<String> pool = List.of("a", "big", "dog", "ran", "home", ",", "it's", "X1", "!");
        for (long seed = 0; seed < 500; seed++) {
            RandomGenerator random = Seeds.random(seed);
            String question = drawn(pool, random);
            String answer = drawn(pool, random);
            assertThat(Rewording.applied(question, Rewording.between(question, answer))
                            .replace(" ", ""))
                    .as("%s -> %s", question, answer)
                    .isEqualToIgnoringCase(answer.replace(" ", ""));
        }
    }

    private static String drawn(List<String> pool, RandomGenerator random) {
        return String.join(
                " ",
                IntStream.range(0, 1 + random.nextInt(7))
                        .mapToObj(i -> pool.get(random.nextInt(pool.size())))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "I bought a bike.|I purchased a bike.",
                "He rides a bike.|He rides a bicycle.",
                "It is a nearly empty plate.|It is an almost empty plate.",
                "What city is it?|Which city is it?",
                "I got a letter.|I received a letter.",
                "There is somebody's coat.|There is someone's coat."
            })
    void whatHoldsWhereverItStands(String question, String answer) {
        assertThat(Rewording.between(question, answer))
                .singleElement()
                .matches(each -> each.words(question).equals(List.of(each)), "holds alone");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "I bought a bike.|I buy a bike.",
                "They sit on a bench.|They sitting on a bench.",
                "A deaf customer called.|A deaf clients called.",
                "It shows as pending.|It shows how pending.",
                "He stands in a hat.|He stands with a hat.",
                "What caused it to fail?|What made it to fail?",
                "Is it free or what?|Is it free or which?",
                "Would I be able to go?|Would I be possible to go?",
                "I want to make a purchase.|I want to make a buy.",
                "How fast is it?|How quickly is it?",
                "I sold it.|I sold it again.",
                "I sold it again.|I sold it.",
                "Was there a fee?|Are there a fee?",
                "It works, now.|It works now.",
                "A secret ballot is held.|A secret voting is held."
            })
    void whatHangsOnTheRest(String question, String answer) {
        assertThat(Rewording.between(question, answer))
                .singleElement()
                .matches(
                        each -> each.words(question).isEmpty()
                                && each.sayings(question).isEmpty(),
                        "hangs on the rest");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "He bought a large bike.|He purchased a big bike.|He purchased a big bike.",
                "They're clotted.|They are coagulated.|They are coagulated.",
                "Do not find out.|Don't discover.|Don't find out.",
                "She found out.|She discovered.|She found out.",
                "He's been ill.|He is ill.|He's been ill.",
                "A young boy left.|A kid left.|A young boy left."
            })
    void whatNeighboursSayIsTakenApart(String question, String answer, String made) {
        List<Rewording> taken = new ArrayList<>();
        for (Rewording change : Rewording.between(question, answer)) {
            taken.addAll(change.words(question));
            taken.addAll(change.sayings(question));
        }
        assertThat(Rewording.applied(question, taken)).isEqualTo(made);
    }
}
