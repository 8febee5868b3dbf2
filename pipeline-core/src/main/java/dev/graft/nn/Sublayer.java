// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;

/** What a layer adds to its input: attention or a feed-forward block, plain or with an adapter behind it. */
@FunctionalInterface
public interface Sublayer {
    /** (B, T, H) to (B, T, H). */
    NDArray forward(NDArray x, Context context);
}
