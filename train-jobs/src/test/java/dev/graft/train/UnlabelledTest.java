// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnlabelledTest {
    @Test
    void whatIsWrittenIsRead() {
        for (Unlabelled row : List.of(
                new Unlabelled("where is it", List.of("where it is", "", "wo ist es\n🙂")),
                new Unlabelled("ça va", List.of()),
                new Unlabelled("", List.of("")))) {
            assertThat(Unlabelled.of(ByteBuffer.wrap(row.bytes()))).isEqualTo(row);
        }
    }
}
