// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.config.Settings;
import dev.graft.corpus.InputException;
import dev.graft.train.Example;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TruncationTest {
    private static final Corpus CORPUS = corpus();

    /** Of 7, 3, 12, 2 and 3 tokens, [CLS] and [SEP] among them. */
    private static Corpus corpus() {
        List<Example> train = List.of(
                new Example("one two three four five", 0),
                new Example("one", 1),
                new Example("a a a a a a a a a a", 0));
        return new Corpus(
                List.of("a", "b"), train, train, List.of(), List.of(new Example("", 0), new Example("ten", 1)));
    }

    private static TrainPlan plan(int maxLength) {
        return Settings.parse(
                "name = t, corpus { train = unused, label = label }, stages = [{ name = tune, kind = train, max-length = "
                        + maxLength + " }]",
                root -> TrainPlan.read(root, Optional.empty()));
    }

    @Test
    void tellsTheShareThatIsLongerThanMaxLength() {
        assertThat(Truncation.of(plan(6), CORPUS))
                .isEqualTo(
                        "66.7 % (2 of 3, the longest of 12 tokens) of the training texts and"
                                + " 0.0 % (0 of 2, the longest of 3 tokens) of the test texts are cut at max-length = 6 tokens");
        assertThat(Truncation.of(plan(7), CORPUS)).startsWith("33.3 % (1 of 3");
        assertThat(Truncation.of(plan(12), CORPUS)).startsWith("0.0 % (0 of 3");
    }

    @Test
    void moreThanTheBaseModelReadsIsRefusedBeforeTraining() {
        assertThatThrownBy(() -> Truncation.of(plan(513), CORPUS))
                .isInstanceOf(InputException.class)
                .hasMessageContainingAll("max-length is 513", "from 3 to 512");
    }
}
