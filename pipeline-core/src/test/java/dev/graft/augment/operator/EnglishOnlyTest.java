// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.made;
import static dev.graft.augment.operator.Examples.operator;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnglishOnlyTest {
    private static final Augmenter DELETION = operator("operator = random-deletion, alpha = 0.5");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Der Brief ist nicht in der Tasche, aber ich habe in dem Haus gesucht.",
                "El paquete no ha llegado y la tienda no me responde.",
                "Le colis est perdu et je ne peux pas attendre.",
                "Пакет не пришёл, и магазин молчит",
                "荷物が届きませんでした。",
                "Paczka nie przyszła i sklep nie odpowiada"
            })
    void aTextInAnotherLanguageIsLeftAlone(String source) {
        assertThat(made(DELETION, source)).containsExactly(source);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "the parcel is not here",
                "a dull , uneven film",
                "u r the best lol",
                "Meet me at the Gare du Nord in the morning",
                "THE BOX WAS EMPTY"
            })
    void englishIsTaken(String source) {
        assertThat(analyzed(source).isEnglish()).isTrue();
        assertThat(made(DELETION, source)).doesNotContain(source);
    }

    @Test
    void aFewWordsMayBeEnglish() {
        assertThat(analyzed("refund request").isEnglish()).isTrue();
        assertThat(analyzed("").isEnglish()).isTrue();
    }
}
