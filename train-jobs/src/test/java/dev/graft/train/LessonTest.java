// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LessonTest {
    @Test
    void rareClassesAreSeenAsOftenAsTheLargest() {
        List<Example> rows = new ArrayList<>();
        for (int label : new int[] {0, 1, 0, 0, 2, 0, 0, 1}) {
            rows.add(new Example("row " + rows.size(), label));
        }
        Lesson balanced = Lesson.of(rows, 9).balanced();
        assertThat(balanced.steps()).isEqualTo(9);
        assertThat(balanced.examples()).startsWith(rows.toArray(Example[]::new)).hasSize(15);
        for (int label = 0; label < 3; label++) {
            int wanted = label;
            assertThat(balanced.examples())
                    .filteredOn(row -> row.label() == wanted)
                    .hasSize(5);
        }
        assertThat(balanced.examples())
                .filteredOn(row -> row.label() == 1)
                .extracting(Example::text)
                .containsExactly("row 1", "row 7", "row 1", "row 7", "row 1");
        assertThat(balanced.balanced()).isEqualTo(balanced);
    }
}
