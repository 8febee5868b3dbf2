// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SayingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "How do I pay?|How can I pay?",
                "My card doesn't work.|My card does not work.",
                "I cannot pay.|I can't pay.",
                "A man wearing a hat.|A man who wears a hat.",
                "A dog is facing a cat.|A dog faces a cat.",
                "What is the reason?|What's the reason?",
                "It broke and it is new.|It broke and it's new.",
                "There are many lights.|There are lots of lights.",
                "I'm not sure why it fails.|I don't know why it fails.",
                "There is somebody else.|There is someone else.",
                "He left because of the rain.|He left due to the rain.",
                "I saw it on TV.|I saw it on television.",
                "A first-time buyer.|A first time buyer.",
                "Send me an e-mail.|Send me an email.",
                "I know he is late.|I know that he is late.",
                "I know that he is late.|I know he is late.",
                "All the men left.|All of the men left.",
                "He ran to catch it.|He ran in order to catch it.",
                "She asks if it is free.|She asks whether it is free.",
                "He runs each day.|He runs every day.",
                "It is due in Feb.|It is due in February."
            })
    void saysTheSame(String question, String answer) {
        assertThat(sayings(question, answer)).hasSize(1);
        assertThat(sayings(answer, question)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "I don't know what it is.|I don't know what it's.",
                "How tall he is for a boy!|How tall he's for a boy!",
                "What is it?|What's it?",
                "How do trees grow?|How can trees grow?",
                "What is happening?|What happens?",
                "He is going home.|He goes home.",
                "It is too much.|It is too a lot of.",
                "Ever since it fell.|Ever as it fell.",
                "Call me if it rains.|Call me whether it rains.",
                "He took each of them.|He took every of them.",
                "He likes the men.|He likes that the men.",
                "He ran to Rome.|He ran in order Rome.",
                "I sold it.|I sold it again.",
                "Do it.|Don't it."
            })
    void saysSomethingElse(String question, String answer) {
        assertThat(sayings(question, answer)).isEmpty();
    }

    private static List<Rewording> sayings(String question, String answer) {
        return Rewording.between(question, answer).stream()
                .flatMap(change -> change.sayings(question).stream())
                .toList();
    }
}
