// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.assertMakes;
import static dev.graft.augment.operator.Examples.made;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.augment.Augmenter;
import org.junit.jupiter.api.Test;

class ExpansionTest {
    private static final Augmenter EXPANSION = new Expansion(1);

    @Test
    void expands() {
        assertMakes(EXPANSION, """
                I don't know, we're late. It won’t work and you can't go; let's see. -> I do not know, we are late. It will not work and you cannot go; let us see.
                I DON'T KNOW. I'M HERE, WE'LL SEE. LET'S GO! -> I DO NOT KNOW. I AM HERE, WE WILL SEE. LET US GO!
                Can't stop. Won't. I've (isn't) -> Cannot stop. Will not. I have (is not)
                """);
    }

    @Test
    void leavesWhatHasTwoReadingsOrWouldChangeItsOrder() {
        assertLeaves(EXPANSION, """
                Isn't Anna coming? So: doesn't anyone know?
                Don't you know? She's gone, he'd go, Anna's dog isn't it?
                Why don't people go? They couldn't've.
                `don't` https://don't.com/isn't_it were well
                """);
    }

    @Test
    void contractingUndoesExpanding() {
        String text = "I don't know, we're late, they'll see, I'm here.";
        String expanded = made(EXPANSION, text).iterator().next();
        assertThat(made(new Contraction(1), expanded)).containsExactly(text);
    }
}
