// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

/** Scores as they are stored. */
final class Scores {
    private Scores() {}

    /** Four decimals: beyond them an encoder's score differs between machines, and rows must not. */
    static double rounded(double score) {
        return Math.round(score * 1e4) / 1e4;
    }
}
