// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertCanMake;
import static dev.graft.augment.operator.Examples.assertEach;
import static dev.graft.augment.operator.Examples.assertEachEdit;
import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.assertRefused;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import dev.graft.augment.operator.KeyboardTypos.Layout;
import org.junit.jupiter.api.Test;

class KeyboardTyposTest {
    @Test
    void neighbouringKeysDependOnTheLayout() {
        assertThat(Layout.QWERTY.neighbours('a')).isEqualTo("qwsz");
        assertThat(Layout.AZERTY.neighbours('q')).isEqualTo("azsw");
        assertThat(Layout.QWERTZ.neighbours('z')).isEqualTo("tugh");
        assertThat(Layout.QWERTY.neighbours('é')).isEmpty();
    }

    @Test
    void aWordGetsOneSlip() {
        Augmenter typos = new KeyboardTypos(Layout.QWERTY, 1);
        assertCanMake(typos, """
                The phone. -> The phnoe.
                The phone. -> The phne.
                The phone. -> The phoone.
                The phone. -> The phpne.
                """);
        assertThat(made(typos, "back"))
                .isSubsetOf(("bqck bwck bsck bzck bxck bavk baxk badk bafk bcak bakc bck bak baack bacck").split(" "));
        assertThat(made(typos, "DID THEY SEND IT?")).allMatch(made -> made.matches("DID [A-Z]{3,5} [A-Z]{3,5} IT\\?"));
    }

    @Test
    void shortWordsFirstLettersAndWhatIsNoWordStay() {
        Augmenter typos = new KeyboardTypos(Layout.QWERTY, 1);
        assertLeaves(typos, """
                The 3.5 km of https://example.com/abcd don't end, 🙂
                日本語の文 हिन्दी пишут
                """);
        assertEach(typos, (source, made) -> assertThat(made.charAt(0)).isEqualTo(source.charAt(0)));
        assertEachEdit(typos, (replaced, replacement) -> {
            assertThat(replaced).matches("[a-zA-Z]{1,2}");
            assertThat(replacement).matches("[a-zA-Z]{0,2}").isNotEqualTo(replaced);
        });
    }

    @Test
    void anUnknownLayoutIsNamedWithThoseThereAre() {
        assertRefused(
                "operator = keyboard-typos, layout = dvorak",
                "layout: given \"dvorak\"",
                "one of qwerty, azerty, qwertz");
    }
}
