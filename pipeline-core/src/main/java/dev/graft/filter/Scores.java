// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import java.util.function.DoubleSupplier;

/** Scores as they are stored. */
public final class Scores {
    private Scores() {}

    private static final double STEPS = 1e4;
    /** What a model says of a text in two batches differs by less than a tenth of this, by the size of the score from 1. */
    private static final double NOISE = 1e-6;

    /** Four decimals: beyond them an encoder's score differs between machines, and rows must not. */
    public static double rounded(double score) {
        return Math.round(score * STEPS) / STEPS;
    }

    /**
     * As {@link #rounded(double)}, of a score that a model gave a text among others.
     *
     * @param alone the score that the text has alone; is asked for where its neighbours may turn the rounding
     */
    public static double rounded(double score, DoubleSupplier alone) {
        double place =
                Math.abs(score * STEPS - Math.floor(score * STEPS) - 0.5); // from where it would be rounded otherwise
        return place > NOISE * STEPS * Math.max(1, Math.abs(score)) ? rounded(score) : rounded(alone.getAsDouble());
    }
}
