// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.assertMakes;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import org.junit.jupiter.api.Test;

class SentenceDuplicationTest {
    @Test
    void aSentenceIsRepeatedBehindItself() {
        assertMakes(new SentenceDuplication(1), """
                It rained. -> It rained. It rained.
                It rained.\\r\\nWe don't pay 3.5 euros!\\n -> It rained. It rained.\\r\\nWe don't pay 3.5 euros! We don't pay 3.5 euros!\\n
                """);
        assertThat(made(new SentenceDuplication(0.3), "It rained. A dog barked. We left."))
                .containsExactly(
                        "It rained. A dog barked. A dog barked. We left.",
                        "It rained. A dog barked. We left. We left.",
                        "It rained. It rained. A dog barked. We left.");
    }

    @Test
    void anAnnotatedSentenceIsNotRepeated() {
        AnalyzedText text = analyzed("A dog barked. We left.", new Span(2, 5, "ANIMAL"));
        assertThat(made(new SentenceDuplication(1), text, 1)).isEqualTo("A dog barked. We left. We left.");
    }
}
