// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import java.util.BitSet;

/**
 * A source to be answered.
 *
 * @param source its tokens, with the end
 * @param allowed the target tokens that the answer may hold, the end among them
 * @param most tokens of an answer
 * @param pick how each is chosen
 */
public record Request(int[] source, BitSet allowed, int most, Pick pick) {
    /** To be answered by the likeliest tokens. */
    public Request(int[] source, BitSet allowed, int most) {
        this(source, allowed, most, Pick.LIKELIEST);
    }

    public Request {
        if (source.length == 0 || allowed.cardinality() < 2 || most < 1) {
            throw new IllegalArgumentException("a request of " + source.length + " source tokens, "
                    + allowed.cardinality() + " allowed ones and at most " + most
                    + " of an answer; needed are 1, 2 and 1");
        }
    }
}
