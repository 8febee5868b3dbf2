// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import static dev.graft.augment.operator.Examples.assertLeaves;
import static dev.graft.augment.operator.Examples.assertMakes;

import dev.graft.augment.Augmenter;
import org.junit.jupiter.api.Test;

class ContractionTest {
    private static final Augmenter CONTRACTION = new Contraction(1);

    @Test
    void contracts() {
        assertMakes(CONTRACTION, """
                I do not know. It is late and they will not come. We are sad. -> I don't know. It's late and they won't come. We're sad.
                You cannot. CAN NOT! I am here. -> You can't. CAN'T! I'm here.
                I DO NOT KNOW AND I AM HERE. -> I DON'T KNOW AND I'M HERE.
                Do not go; shall not, must not. -> Don't go; shan't, mustn't.
                That is it. -> That's it.
                """);
    }

    @Test
    void leavesWhatIsNotContracted() {
        assertLeaves(CONTRACTION, """
                I know what it is and how they are.
                He are, I is, is it? It is.
                Here they are again, and there it is now.
                It is not-for-profit, and you can not only sing.
                See https://it-is-not.com/do not_x `it is here`
                It is\\nnot so.
                Whatever it is you want, which it is now.
                The will not to go. Do NOT go.
                """);
    }
}
