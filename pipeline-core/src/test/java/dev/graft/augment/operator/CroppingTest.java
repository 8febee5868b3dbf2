// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertEach;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CroppingTest {
    @Test
    void oneStretchIsKeptWithWhatIsGluedToIt() {
        assertThat(made(new Cropping(0.5), "Red tan, (lime) teal."))
                .containsExactly("(lime) teal.", "Red tan,", "tan, (lime)");
        assertThat(made(new Cropping(0), "we (see/hear)\r\nthem")).containsExactly("(see/hear)", "them", "we");
        assertThat(made(new Cropping(0.5), "(either/or maybe")).contains("(either/or", "(either/or maybe");
    }

    @Test
    void whatIsProtectedLiesWithin() {
        assertThat(made(new Cropping(0.01), "red tan 3.5 lime teal"))
                .containsExactly("3.5 lime", "3.5 lime teal", "red tan 3.5", "tan 3.5");
        assertLeaves(new Cropping(0.1), """
                3.5 or more of https://example.com
                word
                """);
    }

    @Test
    void theRestIsContiguousAndBeginsAndEndsWithAChunk() {
        for (double keep : new double[] {0, 0.4, 0.9}) {
            assertEach(new Cropping(keep), (source, made) -> {
                assertThat(source).contains(made);
                assertThat(made).isNotBlank();
                assertThat(" " + source.replaceAll("\\s", " ") + " ").contains(" " + made.replaceAll("\\s", " ") + " ");
            });
        }
    }
}
