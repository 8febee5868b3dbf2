// SPDX-License-Identifier: Apache-2.0
package dev.graft.adapt;

import dev.graft.model.Pooled;

/** How a text's hidden states become the one vector that the head sees. */
public enum Pooling {
    /** The first token, as in transformers' classes of encoders, which put a map before the head. */
    FIRST,
    /** The last token, as in transformers' classes of decoders. */
    LAST,
    /**
     * The mean of the tokens, scaled to the length {@value #LENGTH}, so that the head's rate suits any base model.
     * transformers has no class for it; conf/peft/mean_pooled.py is one.
     */
    MEAN;

    /** Of the vector that the head sees. */
    public static final double LENGTH = Pooled.LENGTH;
}
