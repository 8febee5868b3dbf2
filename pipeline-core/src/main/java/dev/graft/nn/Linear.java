// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;

/** A linear map. What stands behind it, a plain matrix or one with an adapter, is not the model's business. */
public interface Linear {
    /** (..., in) to (..., out). */
    NDArray forward(NDArray x, Pass pass);
}
