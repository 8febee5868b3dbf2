// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertEach;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.assertMakes;
import static dev.graft.augment.operator.Examples.assertRefused;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import dev.graft.augment.operator.CaseChange.Style;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class CaseChangeTest {
    @Test
    void writesWordsInAnotherCase() {
        assertMakes(new CaseChange(1, Style.LOWER), """
                I LIKE ALL IT'S GOT -> i like all it's got
                The ΟΔΟΣ I -> the ΟΔΟΣ i
                """);
        assertMakes(new CaseChange(1, Style.UPPER), """
                it's a fine, well-known straße -> IT'S A FINE, WELL-KNOWN STRASSE
                cafe\u0301 -> CAFE\u0301
                """);
        assertMakes(new CaseChange(1, Style.TITLE), """
                it's a well-known 'cafe' -> It's A Well-known 'Cafe'
                ǆep აბ -> ǅep აბ
                """);
        assertMakes(new CaseChange(1, Style.INVERTED), """
                Please write (me) -> pLEASE WRITE (ME)
                """);
    }

    @Test
    void onlyTheCaseOfWordsChanges() {
        for (Style style : Style.values()) {
            Augmenter change = new CaseChange(1, style);
            assertLeaves(change, """
                    https://Example.com/A?b=1 DON'T 3.5 🙂
                    हिन्दी مرحبا 日本
                    """);
            assertEach(change, (source, made) -> assertThat(folded(made)).isEqualTo(folded(source)));
        }
    }

    private static String folded(String text) {
        return text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT).replace("\u0307", "");
    }

    @Test
    void anUnknownStyleIsNamedWithThoseThereAre() {
        assertRefused(
                "operator = case-change, style = camel",
                "style: given \"camel\"",
                "one of lower, upper, title, inverted");
    }
}
