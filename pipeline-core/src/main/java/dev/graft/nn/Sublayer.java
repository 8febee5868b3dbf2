// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;

/** What a layer adds to its input: attention or a feed-forward block, plain or with an adapter behind it. */
@FunctionalInterface
public interface Sublayer {
    /** (B, T, H) to (B, T, H). */
    NDArray forward(NDArray x, Context context);

    /**
     * As {@link #forward(NDArray, Context)}, for what looks at more than its input.
     *
     * @param stream (B, T, H), what the answer is added to
     * @param outer the norm of that sum
     */
    default NDArray forward(NDArray x, NDArray stream, Norm outer, Context context) {
        return forward(x, context);
    }
}
