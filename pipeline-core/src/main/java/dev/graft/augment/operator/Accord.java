// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import java.util.Optional;

/** How a sentence and what came back of it agree, so that neither says what the other does not; the surer first. */
enum Accord {
    /** Each word has one that is near. */
    BY_WORD,
    /** The whole is so near that a word may be less so. */
    AS_A_WHOLE;

    /** A cosine of the whole from which on a word may be less near, by the allowance. */
    private static final double NEAR = 0.95;

    private static final double ALLOWANCE = 0.12;

    /**
     * @param cosine of the sentences' embeddings
     * @param weakest least cosine of a token of either with the nearest one of the other
     * @param minCosine least that is allowed
     * @param minWeakest least that is allowed
     * @return nothing where they do not agree
     */
    static Optional<Accord> of(double cosine, double weakest, double minCosine, double minWeakest) {
        if (cosine < minCosine) {
            return Optional.empty();
        }
        if (weakest >= minWeakest) {
            return Optional.of(BY_WORD);
        }
        return cosine >= NEAR && weakest >= minWeakest - ALLOWANCE ? Optional.of(AS_A_WHOLE) : Optional.empty();
    }
}
