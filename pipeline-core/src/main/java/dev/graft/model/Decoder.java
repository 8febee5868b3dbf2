// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import java.util.List;

/**
 * A model that writes a sequence token by token, given another: a translation of it, or what goes on from it. May be shared by
 * threads.
 */
public interface Decoder {
    /** Whether a token ends a sequence. */
    boolean ends(int token);

    /** Whether what is written goes on from the source, and is of one sequence with it. */
    boolean goesOn();

    /** The number of target tokens. */
    int targets();

    /**
     * Reads sources. What comes of one does not depend on its neighbours, but for the last bits of a float.
     *
     * @param sources of B sequences
     * @param candidates the target tokens that are looked at in each step, ascending
     */
    Decoding start(List<int[]> sources, int[] candidates);
}
