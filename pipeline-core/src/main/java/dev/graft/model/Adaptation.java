// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import dev.graft.checkpoint.Tensor;
import dev.graft.nn.Dense;
import dev.graft.nn.Linear;
import dev.graft.nn.Quantization;
import dev.graft.nn.Sublayer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A method that changes a model while it is built: asked for each linear map and each sub-layer, by the names that they have in a
 * checkpoint with a head.
 */
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
     * @param name of the map from the last state to the words, whose matrix the embeddings may share
     * @return what is put in its place
     */
    default Linear output(String name, Dense base) {
        return base;
    }

    /**
     * How the matrix of a linear map is kept, which is asked before {@link #linear}.
     *
     * @param name of the module
     */
    default Quantization quantization(String name) {
        return Quantization.NONE;
    }

    /**
     * @param name of the module, such as {@code model.layers.0.mlp}
     * @return what is put in the sub-layer's place
     */
    default Sublayer sublayer(String name, Sublayer base) {
        return base;
    }

    /** The number of classes of a new head; empty where the checkpoint has one. */
    default OptionalInt classes() {
        return OptionalInt.empty();
    }

    /**
     * What a head starts with that the checkpoint lacks, or has for another number of classes.
     *
     * @return empty where the checkpoint must have it
     */
    default Optional<Tensor> start(String name, long... shape) {
        return Optional.empty();
    }
}
