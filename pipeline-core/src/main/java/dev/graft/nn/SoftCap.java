// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;

/** Keeps logits within a bound, smoothly: cap tanh(x / cap) (Bello et al. 2016; Gemma 2, section 2). */
final class SoftCap {
    private SoftCap() {}

    static NDArray of(NDArray x, double cap) {
        NDArray within = Factor.of(1 / cap, x.getManager()).times(x).tanh();
        return Factor.of(cap, x.getManager()).times(within);
    }
}
