// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

/**
 * How far a token sees within its text.
 *
 * @param before tokens before it
 * @param after tokens after it
 */
public record Window(int before, int after) {
    /** Encoders: each token sees each. */
    public static final Window ALL = new Window(Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** Decoders: a token sees itself and those before it. */
    public static final Window CAUSAL = new Window(Integer.MAX_VALUE, 0);

    public Window {
        if (before < 0 || after < 0) {
            throw new IllegalArgumentException(
                    "a window of " + before + " tokens before and " + after + " after; allowed is 0 or more");
        }
    }

    /** The last {@code width} tokens, itself among them (Beltagy et al. 2020; Jiang et al. 2023, section 2). */
    public static Window sliding(int width) {
        return new Window(width - 1, 0);
    }

    /** As many tokens on either side as half of {@code width} (Warner et al. 2024, section 2.1.2). */
    public static Window around(int width) {
        return new Window(width / 2, width / 2);
    }

    boolean holds(int distance) {
        return distance <= before && -distance <= after;
    }
}
