// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

/** How an answer is looked for: token by token, or along several beams at once. */
public sealed interface Search permits Pick, Beams {
    /** Rows of a batch that a request takes. */
    int rows();
}
