// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertEach;
import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HomoglyphsTest {
    private static final Augmenter HOMOGLYPHS = new Homoglyphs(1);
    /** Lines of Unicode's confusables.txt: a letter and, below, the Latin one that it looks like. */
    private static final String LOOKS = "\u0430\u0251\u0441\u03F2\u0501\u0435\u04BB\u0456\u0458\u0406\u04C0\u043E\u03BF"
            + "\u0440\u03C1\u051B\u0455\u03BD\u0475\u051D\u0445\u0443\u04AF\u0410\u0391\u0412"
            + "\u0392\u0421\u0415\u0395\u041D\u0397\u0406\u0399\u0408\u041A\u039A\u041C\u039C"
            + "\u039D\u041E\u039F\u0420\u03A1\u0405\u0422\u03A4\u0425\u03A7\u03A5\u04AE\u0396";

    private static final String LIKE = "aaccdehijllooppqsvvwxyyAABBCEEHHIIJKKMMNOOPPSTTXXYYZ";

    @Test
    void aLetterOfAWordLooksTheSame() {
        assertThat(made(HOMOGLYPHS, "a")).containsExactly("\u0251", "\u0430");
        assertThat(made(HOMOGLYPHS, "Go")).containsExactly("G\u03BF", "G\u043E");
        assertThat(made(HOMOGLYPHS, "ill"))
                .containsExactlyInAnyOrder("i\u0406l", "i\u04C0l", "il\u0406", "il\u04C0", "\u0456ll");
    }

    @Test
    void eachEditIsAPairOfUts39() {
        assertThat(LOOKS).hasSameSizeAs(LIKE);
        assertLeaves(HOMOGLYPHS, "3.14 don't https://example.com bé e\u0301 \u0434\u043E 🙂");
        assertEach(HOMOGLYPHS, (source, made) -> assertThat(made).hasSameSizeAs(source));
        assertEachEdit(
                HOMOGLYPHS,
                (replaced, replacement) -> assertThat(IntStream.range(0, LOOKS.length())
                                .mapToObj(i -> LIKE.charAt(i) + " " + LOOKS.charAt(i)))
                        .contains(replaced + " " + replacement));
    }
}
