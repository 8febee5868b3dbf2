// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ConllTest {
    @Test
    void labelsBecomeSpansAndBack() {
        Conll sentence = Conll.parse("""
                # a comment
                Anna NNP B-PER
                Berg NNP I-PER
                met VBD O
                Bo NNP B-PER
                Li NNP B-PER
                in IN O
                Oslo NNP S-LOC
                """);
        assertThat(sentence.text()).isEqualTo("Anna Berg met Bo Li in Oslo");
        assertThat(sentence.spans())
                .containsExactly(
                        new Span(0, 9, "PER"),
                        new Span(14, 16, "PER"),
                        new Span(17, 19, "PER"),
                        new Span(23, 27, "LOC"));
        assertThat(sentence.lines()).isEqualTo("""
                        Anna\tB-PER
                        Berg\tI-PER
                        met\tO
                        Bo\tB-PER
                        Li\tB-PER
                        in\tO
                        Oslo\tB-LOC
                        """);
        Conll again = Conll.parse(sentence.lines());
        assertThat(again).isEqualTo(sentence);
    }

    @Test
    void aLineWithoutALabelIsNamed() {
        assertThatThrownBy(() -> Conll.parse("Anna B-PER\nBerg"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("\"Berg\" has no BIO label");
        assertThatThrownBy(() -> Conll.parse("Anna PERSON")).isInstanceOf(InputException.class);
    }
}
