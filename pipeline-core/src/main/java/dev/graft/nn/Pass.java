// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import java.util.Optional;

/**
 * How a forward pass is meant.
 *
 * @param masks the source of dropout masks; present while training, absent in evaluation
 */
public record Pass(Optional<Masks> masks) {
    /** Without dropout. */
    public static final Pass EVALUATION = new Pass(Optional.empty());

    /** With dropout masks drawn from {@code masks}, and from nothing else. */
    public static Pass training(Masks masks) {
        return new Pass(Optional.of(masks));
    }
}
