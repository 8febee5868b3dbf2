// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A constant factor, in memory of the engine. A Java number given to {@code NDArray.mul} is lent to the engine in a
 * direct buffer for the forward pass alone: the backward pass reads it again, and if garbage was collected in between,
 * it reads freed memory. So where gradients flow, numbers are factors.
 *
 * @param value of no dimensions
 */
public record Factor(NDArray value) {
    /** A factor owned by the manager. */
    public static Factor of(double value, NDManager manager) {
        try (NDArray lent = manager.create((float) value)) {
            return new Factor(lent.duplicate());
        }
    }

    public NDArray times(NDArray x) {
        return x.mul(value);
    }
}
