// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

/** What a model's hidden states are read for. */
public enum HeadKind {
    /** For the hidden states alone. */
    NONE,
    /** The next token, of decoders. */
    CAUSAL_LM,
    /** The token under a mask, of encoders. */
    MASKED_LM,
    /** The class of a text. */
    SEQUENCE,
    /** The class of each token. */
    TOKENS
}
