// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitterTest {
    @Test
    void sharesAreKept() {
        Splitter splitter = new Splitter(0.1, 0.2);
        assertThat(share(splitter, Split.VALIDATION)).isCloseTo(0.1, within(0.01));
        assertThat(share(splitter, Split.TEST)).isCloseTo(0.2, within(0.01));
    }

    @Test
    void aGroupStaysWhereItIsWhenTheOtherShareChanges() {
        assertThat(IntStream.range(0, 1000)
                        .mapToObj(Integer::toString)
                        .filter(group -> new Splitter(0, 0.2).split(group) == Split.TEST))
                .allMatch(group -> new Splitter(0.3, 0.2).split(group) == Split.TEST);
    }

    @Test
    void theHashIsPinned() {
        assertThat(Splitter.contentId("Where is my parcel?")).isEqualTo(Splitter.contentId("Where is my parcel?"));
        assertThat(Splitter.contentId("abc")).isEqualTo("ba7816bf8f01cfea");
    }

    @Test
    void badSharesAreRefused() {
        assertThatThrownBy(() -> new Splitter(0.5, 0.5)).hasMessageContaining("validation = 0.5, test = 0.5");
        assertThatThrownBy(() -> new Splitter(Double.NaN, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static double share(Splitter splitter, Split split) {
        return IntStream.range(0, 20_000)
                        .filter(i -> splitter.split("g" + i) == split)
                        .count()
                / 20_000.0;
    }
}
