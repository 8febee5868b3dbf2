// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

/** What is compared on the same test part, the cheapest first; the last one is judged against those before it. */
public enum Arm {
    /** Words and pairs of words by TF-IDF, and a logistic regression: a second of CPU. */
    TF_IDF,
    /** The base model's embeddings as they are, and a logistic regression: what tuning has to beat. */
    FROZEN_PROBE,
    /** The model, tuned on the original rows for their own number of epochs. */
    ORIGINALS,
    /** The same for as many steps as {@link #AUGMENTED} takes: what more steps alone would bring. */
    ORIGINALS_EQUAL_STEPS,
    /** The model, tuned on the original rows and their copies. */
    AUGMENTED,
    /** As {@link #ORIGINALS_EQUAL_STEPS}, with consistency training on the unlabelled rows and their copies. */
    CONSISTENT,
    /** As {@link #ORIGINALS_EQUAL_STEPS}, and again with the unlabelled rows that the model labels with confidence. */
    SELF_TRAINED;

    /** Whether it learns of rows without a label. */
    public boolean usesUnlabelled() {
        return this == CONSISTENT || this == SELF_TRAINED;
    }

    /** Whether the model is tuned, with each seed anew; what is not tuned knows no chance. */
    public boolean tuned() {
        return switch (this) {
            case TF_IDF, FROZEN_PROBE -> false;
            case ORIGINALS, ORIGINALS_EQUAL_STEPS, AUGMENTED, CONSISTENT, SELF_TRAINED -> true;
        };
    }
}
