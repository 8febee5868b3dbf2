// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import java.util.Optional;

/**
 * How a forward pass is meant.
 *
 * @param masks the source of dropout masks; present while training, absent in evaluation
 * @param recomputation where layers are to be computed again on the way back, in the place of keeping what they computed
 */
public record Pass(Optional<Masks> masks, Optional<Recomputation> recomputation) {
    /** Without dropout. */
    public static final Pass EVALUATION = new Pass(Optional.empty(), Optional.empty());

    /** With dropout masks drawn from {@code masks}, and from nothing else. */
    public static Pass training(Masks masks) {
        return new Pass(Optional.of(masks), Optional.empty());
    }

    /** The same with activation checkpointing, or without. */
    public Pass checkpointing(boolean on) {
        return new Pass(masks, on ? Optional.of(new Recomputation()) : Optional.empty());
    }

    /** Has to follow the backward pass of a loss: where layers are computed again, the gradients go through them now. */
    public void backward() {
        recomputation.ifPresent(Recomputation::backward);
    }

    /** Whether a loss went back as far as the layers, and no further. */
    public boolean isDue() {
        return recomputation.filter(Recomputation::isDue).isPresent();
    }
}
