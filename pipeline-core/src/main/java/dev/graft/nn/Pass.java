// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How a forward pass is meant.
 *
 * @param dropout the source of dropout masks; present while training, absent in evaluation
 */
public record Pass(Optional<RandomGenerator> dropout) {
    /** Without dropout. */
    public static final Pass EVALUATION = new Pass(Optional.empty());

    /** With dropout masks drawn from {@code random}, and from nothing else. */
    public static Pass training(RandomGenerator random) {
        return new Pass(Optional.of(random));
    }
}
