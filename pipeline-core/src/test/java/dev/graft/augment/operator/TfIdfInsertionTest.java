// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.SEEDS;
import static dev.graft.augment.operator.Examples.analyzed;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.assertMakes;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Vocabulary;
import java.util.List;
import org.junit.jupiter.api.Test;

class TfIdfInsertionTest {
    private static final Augmenter INSERTION =
            new TfIdfInsertion(Vocabulary.of(List.of(analyzed("the old"), analyzed("the"), analyzed("the"))), 1);

    @Test
    void insertsWordsOfTheCorpusThatSayLittle() {
        assertThat(made(INSERTION, "Phone")).containsExactly("the Phone");
        assertMakes(INSERTION, """
                A phone (here), and/or  there. -> the A the phone (here), the and/or  the there.
                ALL OF THE PHONES\\r\\nRING -> THE ALL THE OF THE THE THE PHONES\\r\\nTHE RING
                e\u0301te\u0301 👩‍👩‍👧 हिन्दी -> the e\u0301te\u0301 👩‍👩‍👧 the हिन्दी
                """);
        assertLeaves(INSERTION, "(see) don't 3.5 https://example.com 🙂");
    }

    @Test
    void theShareIsKept() {
        AnalyzedText text = analyzed("red tan lime teal navy grey pink gold plum coral");
        Augmenter some = new TfIdfInsertion(Vocabulary.of(List.of(text)), 0.2);
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(some.edits(text, Seeds.random(seed))).hasSize(2);
        }
    }
}
