// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaithfulTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "My aunt sold the car. > My uncle sold the car.",
                "Do not open the box. > It does not open the box.",
                "Open the box. > To open the box.",
                "She called him. > He called her.",
                "The shop was closed. > The vendejo was closed.",
                "We left before noon. > We left after noon.",
                "It is an old lamp. > It is a old lamp.",
                "They like the lamp. > They likes to is the lamp.",
                "Is it late? > It is late.",
                "The lamp is new. > The lamp is not new."
            })
    void whatSaysSomethingElseIsRefused(String source, String paraphrase) {
        assertThat(Faithful.keeps(source, paraphrase)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "My aunt sold the car. > My aunt has sold the automobile.",
                "Open the box. > Open the case.",
                "The shop in Zwolle was closed. > The store in Zwolle was shut."
            })
    void whatSaysTheSameIsKept(String source, String paraphrase) {
        assertThat(Faithful.keeps(source, paraphrase)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"the lamp is new .", "Lamp", "Teh lamp is blurfed.", "no mark at the end"})
    void whatIsNotWellFormedIsNotTranslated(String sentence) {
        assertThat(Faithful.isWellFormed(sentence)).isFalse();
    }
}
