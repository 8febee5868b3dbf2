// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.model.HeadKind;

/** What a training stage teaches. */
public enum ObjectiveKind {
    /** The class of a text. */
    CLASSIFY(HeadKind.SEQUENCE),
    /** Supervised fine-tuning on conversations. */
    SFT(HeadKind.CAUSAL_LM),
    /** Continued pre-training of a decoder on texts. */
    CAUSAL_LM(HeadKind.CAUSAL_LM),
    /** Direct preference optimisation on pairs of answers. */
    DPO(HeadKind.CAUSAL_LM),
    /** Continued pre-training of an encoder on texts. */
    MASKED_LM(HeadKind.MASKED_LM),
    /** The classes of the words of a text, from annotated spans. */
    TOKEN_CLASSIFICATION(HeadKind.TOKENS),
    /** The labels of a text, any number of them. */
    MULTI_LABEL(HeadKind.SEQUENCE),
    /** A number that a text stands for. */
    REGRESS(HeadKind.SEQUENCE),
    /** Sentences of one language from those of another: a model of its own, all of which is trained. */
    TRANSLATE(HeadKind.NONE);

    private final HeadKind head;

    ObjectiveKind(HeadKind head) {
        this.head = head;
    }

    /** Whether rows have a column that says what is learnt of the text as a whole. */
    boolean ofTexts() {
        return this == MULTI_LABEL || this == REGRESS;
    }

    /** The head of the model that learns it. */
    public HeadKind head() {
        return head;
    }
}
