// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDManager;
import java.util.List;

/** What each text of a batch sees before its own tokens, in each layer. P are its tokens, G the key/value heads, D their width. */
public interface Prefix {
    /** Nothing. */
    Prefix NONE = new Prefix() {
        @Override
        public int tokens() {
            return 0;
        }

        @Override
        public List<KeyValueCache.KeyValues> keyValues(Transformer transformer, NDManager scope) {
            return List.of();
        }
    };

    /** P; 0 where it is switched off. */
    int tokens();

    /**
     * Of each layer, (1, G, P, D).
     *
     * @param scope owns what is computed
     */
    List<KeyValueCache.KeyValues> keyValues(Transformer transformer, NDManager scope);

    /** Gives what is learnt of it the values that a training starts with. */
    default void start(Transformer transformer) {}
}
