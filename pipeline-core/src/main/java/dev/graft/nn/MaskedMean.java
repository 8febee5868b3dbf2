// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** The mean of the hidden states over the tokens of a text (Reimers & Gurevych 2019, section 3). */
public final class MaskedMean {
    private MaskedMean() {}

    /**
     * @param states (B, T, H)
     * @param mask (B, T), 1 for a token and 0 for padding
     * @return (B, H)
     */
    public static NDArray of(NDArray states, NDArray mask) {
        NDArray tokens = mask.toType(DataType.FLOAT32, false).expandDims(2); // (B, T, 1)
        return states.mul(tokens).sum(new int[] {1}).div(tokens.sum(new int[] {1})); // (B, H)
    }
}
