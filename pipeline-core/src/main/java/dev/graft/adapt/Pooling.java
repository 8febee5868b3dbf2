// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import ai.djl.ndarray.NDArray;
import dev.graft.nn.MaskedMean;
import java.util.List;

/** How a text's hidden states become the one vector that the head sees. */
public enum Pooling {
    /** The first token, through a linear map and tanh, as in transformers' BertForSequenceClassification. */
    FIRST,
    /**
     * The mean of the tokens, scaled to the length {@value #LENGTH}, so that the head's rate suits any base model.
     * transformers has no class for it; conf/peft/mean_pooled.py is one.
     */
    MEAN;

    /** Of the vector that the head sees. */
    public static final double LENGTH = 8;

    /** What is trained as a whole, by PEFT's {@code modules_to_save}. */
    List<String> modulesToSave() {
        return switch (this) {
            case FIRST -> List.of("classifier", "pooler");
            case MEAN -> List.of("classifier");
        };
    }

    /**
     * @param states (B, T, H)
     * @param mask (B, T)
     * @return (B, H) of length {@value #LENGTH}
     */
    static NDArray mean(NDArray states, NDArray mask) {
        return MaskedMean.of(states, mask).normalize(2, 1).mul(LENGTH);
    }
}
