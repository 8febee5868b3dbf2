// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertCanMake;
import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import org.junit.jupiter.api.Test;

class OcrErrorsTest {
    private static final Augmenter ERRORS = new OcrErrors(1);

    @Test
    void misreadsOnePlaceOfAWord() {
        assertCanMake(ERRORS, """
                (learn). -> (leam).
                corner -> coruer
                modern -> rnodern
                clockwork -> dockwork
                clock -> c1ock
                Bill's -> 8ill's
                """);
        assertLeaves(ERRORS, "Z");
    }

    @Test
    void aLetterWithAMarkIsReadAsItIs() {
        assertLeaves(ERRORS, """
                é ü e\u0301 u\u0308
                न म 日本 П
                12.50 https://clock.com don't ;
                """);
        assertEachEdit(ERRORS, (replaced, replacement) -> assertThat(replaced).matches("[a-zA-Z]{1,2}"));
    }
}
