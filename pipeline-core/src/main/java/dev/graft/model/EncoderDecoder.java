// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import java.util.List;

/** A model that reads one sequence and writes another, token by token. May be shared by threads. */
public interface EncoderDecoder {
    /** The token that ends a sequence, source and target alike. */
    int end();

    /** The number of target tokens. */
    int targets();

    /**
     * Reads sources. What comes of one does not depend on its neighbours, but for the last bits of a float.
     *
     * @param sources of B sequences, each with its {@link #end()}
     * @param candidates the target tokens that are looked at in each step, ascending
     */
    Decoding start(List<int[]> sources, int[] candidates);
}
