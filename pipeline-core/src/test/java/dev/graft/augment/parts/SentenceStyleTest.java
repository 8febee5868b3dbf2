// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentenceStyleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "it 's late , and i ca n't wait !|It's late, and I can't wait!|It is late, and I can't wait.|it is late , and i ca n't wait !",
                "why is my card blocked|Why is my card blocked?|Why is my card locked?|why is my card locked",
                "WHERE IS X1?!|Where is X1?!|Where's X1?|WHERE'S X1?!",
                "X1 never came|X1 never came.|X1 has never come.|X1 has never come",
                "it's for X1 and Bea.|It's for X1 and Bea.|That's for X1 and Bea.|that's for X1 and Bea.",
                "It says \"never\".|It says \"never\".|It says \"not.\"|It says \"not\".",
                "says 'no', twice|Says 'no', twice.|Says \"no,\" twice.|says 'no,' twice",
                "The end...|The end...|The ending.|The ending..."
            })
    void anAnswerIsPutIntoTheSentencesStyle(String sentence, String asked, String answer, String styled) {
        SentenceStyle style = SentenceStyle.of(sentence);
        assertThat(style.plain(sentence)).isEqualTo(asked);
        assertThat(style.ended(style.like(answer))).isEqualTo(styled);
    }
}
