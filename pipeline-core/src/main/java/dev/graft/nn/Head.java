// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;

/**
 * From hidden states to logits: of a language model's words or of classes. H is the hidden width, V the words or classes.
 *
 * @param transform (..., H) to (..., H) before the last map; the state as it is where there is none
 * @param dropout before the last map
 * @param output (..., H) to (..., V)
 * @param softCap of the logits; 0 for none
 */
public record Head(Transform transform, Dropout dropout, Linear output, double softCap) {
    /** A step before the last map. */
    @FunctionalInterface
    public interface Transform {
        /** In the place of one that a head does not have. */
        Transform NONE = (x, pass) -> x;

        /** (..., H) to (..., H). */
        NDArray forward(NDArray x, Pass pass);

        /** A map, an activation and a norm. */
        static Transform of(Linear map, Activation activation, Norm norm) {
            return (x, pass) -> norm.forward(activation.apply(map.forward(x, pass)));
        }
    }

    /** A map alone. */
    public static Head of(Linear output) {
        return new Head(Transform.NONE, new Dropout(0), output, 0);
    }

    /** (..., H) to logits (..., V). */
    public NDArray forward(NDArray states, Pass pass) {
        NDArray logits = output.forward(dropout.apply(transform.forward(states, pass), pass), pass);
        return softCap > 0 ? SoftCap.of(logits, softCap) : logits;
    }
}
