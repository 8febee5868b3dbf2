// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import dev.graft.nn.Dense;
import dev.graft.nn.Linear;
import dev.graft.nn.Sublayer;

/** A method that changes a model while it is built: asked for each linear map and each sub-layer, by the checkpoint's names. */
public interface Adaptation {
    /** The model as it is. */
    Adaptation NONE = new Adaptation() {};

    /**
     * @param name of the module, such as {@code model.layers.0.self_attn.q_proj}
     * @return what is put in the map's place
     */
    default Linear linear(String name, Dense base) {
        return base;
    }

    /**
     * @param name of the module, such as {@code model.layers.0.mlp}
     * @return what is put in the sub-layer's place
     */
    default Sublayer sublayer(String name, Sublayer base) {
        return base;
    }
}
