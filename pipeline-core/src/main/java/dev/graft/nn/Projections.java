// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** The maps to queries, keys and values. */
public sealed interface Projections {
    /** (B, T, H) to queries (B, T, N D), keys (B, T, G D) and values (B, T, G D). */
    NDList of(NDArray x, Pass pass);

    /** Three maps. */
    record Separate(Linear query, Linear key, Linear value) implements Projections {
        @Override
        public NDList of(NDArray x, Pass pass) {
            return new NDList(query.forward(x, pass), key.forward(x, pass), value.forward(x, pass));
        }
    }

    /**
     * One map whose outputs lie side by side.
     *
     * @param query N D
     * @param key G D
     */
    record Fused(Linear map, long query, long key) implements Projections {
        @Override
        public NDList of(NDArray x, Pass pass) {
            return map.forward(x, pass).split(new long[] {query, query + key}, 2);
        }
    }
}
