// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertEach;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.assertMakes;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import org.junit.jupiter.api.Test;

class DiacriticsRemovalTest {
    private static final Augmenter REMOVAL = new DiacriticsRemoval(1);

    @Test
    void writesLatinAndGreekWithoutMarks() {
        assertMakes(REMOVAL, """
                the naïve café, cafe\u0301 -> the naive cafe, cafe
                the ægis, straße, œuvre in łódź -> the aegis, strasse, oeuvre in lodz
                ÆGIR AND ŒUVRE ON STRAẞE -> AEGIR AND OEUVRE ON STRASSE
                ılık đường -> ilik duong
                AND İT İS ŁONG -> AND IT IS LONG
                Άνθρωπος ϊ -> Ανθρωπος ι
                """);
    }

    @Test
    void aMarkOfAnotherScriptIsHalfOfTheLetter() {
        assertLeaves(REMOVAL, """
                мой й е\u0308лка हिन्दी क़ مَدْرَسَة 한국 が
                https://café.com naïve3 n\u0303_x ﬁn 🙂\uFE0F
                """);
    }

    @Test
    void removingTwiceIsRemovingOnce() {
        assertEach(REMOVAL, (source, made) -> assertThat(made(REMOVAL, made)).containsExactly(made));
    }
}
