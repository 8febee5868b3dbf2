// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.corpus.Document;
import dev.graft.text.AnalyzedText;
import dev.graft.text.TextAnalyzer;
import org.junit.jupiter.api.Test;

class ContractionsTest {
    private static final TextAnalyzer ANALYZER = new TextAnalyzer();

    private static String made(Augmenter augmenter, String source) {
        AnalyzedText text = ANALYZER.analyze(new Document("d", source, null));
        return Edit.apply(source, augmenter.edits(text, Seeds.random(1)));
    }

    @Test
    void contracts() {
        Contraction contraction = new Contraction(1);
        assertThat(made(contraction, "I do not know. It is late and they will not come. We are sad."))
                .isEqualTo("I don't know. It's late and they won't come. We're sad.");
        assertThat(made(contraction, "You cannot. CAN NOT! I am here.")).isEqualTo("You can't. CAN'T! I'm here.");
        assertThat(made(contraction, "I know what it is and how they are."))
                .isEqualTo("I know what it is and how they are.");
        assertThat(made(contraction, "That is it. He are, I is")).isEqualTo("That's it. He are, I is");
    }

    @Test
    void expands() {
        Expansion expansion = new Expansion(1);
        assertThat(made(expansion, "I don't know, we're late. It won’t work and you can't go; let's see."))
                .isEqualTo("I do not know, we are late. It will not work and you cannot go; let us see.");
        assertThat(made(expansion, "Don't you know? She's gone, he'd go, Anna's dog isn't it?"))
                .isEqualTo("Don't you know? She's gone, he'd go, Anna's dog isn't it?");
    }

    @Test
    void neighbouringKeysDependOnTheLayout() {
        assertThat(KeyboardTypos.Layout.QWERTY.neighbours('a')).isEqualTo("qwsz");
        assertThat(KeyboardTypos.Layout.AZERTY.neighbours('q')).isEqualTo("azsw");
        assertThat(KeyboardTypos.Layout.QWERTZ.neighbours('z'))
                .isEqualTo("tughj".replace("j", ""))
                .contains("t", "u");
        assertThat(KeyboardTypos.Layout.QWERTY.neighbours('é')).isEmpty();
    }
}
