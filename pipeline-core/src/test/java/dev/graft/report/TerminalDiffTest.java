// SPDX-License-Identifier: Apache-2.0
package dev.graft.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Edit;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalDiffTest {
    private static final TerminalDiff DIFF = new TerminalDiff((colour, text) -> text);

    @Test
    void whatWasChangedIsSeen() {
        assertThat(DIFF.of("an old phone", List.of(new Edit(0, 2, "a"), new Edit(3, 7, ""))))
                .isEqualTo("[-an][+a] [-old\u00b7]phone");
        assertThat(DIFF.of("a\nb", List.of(new Edit(1, 2, "\t\r\n")))).isEqualTo("a[-\u21b5][+\u2192\u240d\u21b5]b");
        assertThat(DIFF.of("so be it", List.of())).isEqualTo("so be it");
    }

    @Test
    void whatLooksAlikeOrCannotBeSeenHasItsCodePoint() {
        assertThat(DIFF.of("paper", List.of(new Edit(1, 2, "\u0430")))).isEqualTo("p[-a][+\u0430{U+0430}]per");
        assertThat(DIFF.of("paper", List.of(new Edit(2, 2, "\u200b")))).isEqualTo("pa[+{U+200B}]per");
        assertThat(DIFF.of("a b", List.of(new Edit(1, 2, "\u00a0")))).isEqualTo("a[-\u00b7][+{U+00A0}]b");
        assertThat(DIFF.of("\u0434\u0430", List.of(new Edit(0, 2, "\u043d\u0435\u0442"))))
                .as("another word of the same script")
                .isEqualTo("[-\u0434\u0430][+\u043d\u0435\u0442]");
    }

    @Test
    void aTerminalWithColoursHasThem() {
        TerminalDiff coloured = new TerminalDiff((colour, text) -> "<" + colour + text + ">");
        assertThat(coloured.of("ab", List.of(new Edit(0, 1, "c")))).isEqualTo("<red[-a]><green[+c]>b");
    }
}
