// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

/** What one row of a corpus teaches, in tokens. */
public interface Row {
    /** By which a message names it. */
    String id();

    /** The tokens that the model reads for it. */
    int tokens();

    /** What its loss is counted by: label tokens, or 1 for the class of a text. */
    int targets();
}
