// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;

/** The maps to queries, keys and values. */
public sealed interface Projections {
    /** (B, T, H) to queries (B, T, N D), keys (B, T, G D) and values (B, T, G D). */
    NDList of(NDArray x, Pass pass);

    /** Three maps. */
    record Separate(Linear query, Linear key, Linear value) implements Projections {
        @Override
        public NDList of(NDArray x, Pass pass) {
            return query.forward(x, List.of(key, value), pass);
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
