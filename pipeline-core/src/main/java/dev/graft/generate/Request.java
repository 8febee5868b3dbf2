// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import java.util.BitSet;

/**
 * A source to be answered.
 *
 * @param source its tokens, with the end
 * @param allowed the target tokens that the answer may hold and that share the probability, the end among them
 * @param limits what it must keep to
 * @param search how it is looked for
 */
public record Request(int[] source, BitSet allowed, Limits limits, Search search) {
    /** To be answered by the likeliest tokens. */
    public Request(int[] source, BitSet allowed, int most) {
        this(source, allowed, most, Pick.LIKELIEST);
    }

    /**
     * @param most tokens of an answer
     */
    public Request(int[] source, BitSet allowed, int most, Search search) {
        this(source, allowed, Limits.of(most), search);
    }

    public Request {
        if (source.length == 0 || allowed.cardinality() < 2) {
            throw new IllegalArgumentException("a request of " + source.length + " source tokens and "
                    + allowed.cardinality() + " allowed ones; needed are 1 and 2");
        }
    }
}
