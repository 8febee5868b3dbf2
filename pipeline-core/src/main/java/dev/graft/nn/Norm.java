// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;

/** A normalisation over the last dimension. */
@FunctionalInterface
public interface Norm {
    /** In the place of one that a model does not have. */
    Norm NONE = x -> x;

    /** (..., width) to (..., width). */
    NDArray forward(NDArray x);
}
