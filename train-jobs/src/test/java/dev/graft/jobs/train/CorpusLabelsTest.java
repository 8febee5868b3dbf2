// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.corpus.InputException;
import dev.graft.train.Example;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An adapter and a corpus may number the same classes in different ways. */
class CorpusLabelsTest {
    private static final List<Example> ROWS =
            List.of(new Example("mine", 0), new Example("yours", 2), new Example("ours", 1));
    private static final Corpus CORPUS = new Corpus(List.of("a", "b", "c"), ROWS, ROWS, ROWS, ROWS);

    @Test
    void classesAreTheSameByNameNotByNumber() {
        Corpus other = CORPUS.withLabels(List.of("c", "a", "b"), "adapter");
        List<Example> expected = List.of(new Example("mine", 1), new Example("yours", 0), new Example("ours", 2));
        assertThat(other).isEqualTo(new Corpus(List.of("c", "a", "b"), expected, expected, expected, expected));
    }

    @Test
    void classesThatOnlyOneHasAreNamed() {
        assertThatThrownBy(() -> CORPUS.withLabels(List.of("a", "b", "LABEL_2", "d"), "runs/x/adapter"))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("runs/x/adapter", "does not know [c]", "no training row has [LABEL_2, d]");
    }
}
