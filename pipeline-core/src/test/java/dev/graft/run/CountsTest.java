// SPDX-License-Identifier: Apache-2.0
package dev.graft.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CountsTest {
    @Test
    void whatAddsUpIsAccepted() {
        assertThat(new Counts(5, 10, 6, Map.of("similarity-low", 2L), 1, 1).kept())
                .isEqualTo(6);
    }

    @Test
    void aVanishedRowIsReportedWithTheSum() {
        assertThatThrownBy(() -> new Counts(5, 10, 6, Map.of("similarity-low", 2L), 1, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("10 copies were asked for of 5 inputs")
                .hasMessageContaining("= 9");
    }
}
