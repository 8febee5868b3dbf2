// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import java.util.BitSet;
import java.util.OptionalInt;

/**
 * What an answer must keep to.
 *
 * @param least tokens before it may end
 * @param most tokens
 * @param noRepeat no run of so many tokens comes twice; 0 where it may
 * @param never tokens that are never written; they have their share of the probability nevertheless
 * @param first the token that it begins with, such as the target's language
 * @param last the token that is written in the place of the last one of {@code most}, as some models are published
 */
public record Limits(int least, int most, int noRepeat, BitSet never, OptionalInt first, OptionalInt last) {
    public Limits {
        if (least < 0 || most < 1 || noRepeat < 0) {
            throw new IllegalArgumentException("an answer of " + least + " to " + most + " tokens without runs of "
                    + noRepeat + " twice; allowed are from 0, from 1 and from 0");
        }
        never = (BitSet) never.clone();
    }

    public static Limits of(int most) {
        return new Limits(0, most, 0, new BitSet(), OptionalInt.empty(), OptionalInt.empty());
    }

    /**
     * The token that must come next, whatever the model says.
     *
     * @param written tokens so far
     */
    OptionalInt forced(int written) {
        if (written == 0 && first.isPresent()) {
            return first;
        }
        return written == most - 1 ? last : OptionalInt.empty();
    }

    /**
     * Tokens that may not come next.
     *
     * @param tokens so far; those of the source before them, where an answer goes on from it
     * @param written how many of them are the answer's
     * @param ends tokens that end an answer
     */
    BitSet banned(int[] tokens, int written, BitSet ends) {
        BitSet banned = (BitSet) never.clone();
        if (written < least) {
            banned.or(ends);
        }
        if (noRepeat > 0) {
            int last = tokens.length - noRepeat + 1; // where the run would begin that the next token ends
            for (int from = 0; from < last; from++) {
                if (same(tokens, from, last)) {
                    banned.set(tokens[from + noRepeat - 1]);
                }
            }
        }
        return banned;
    }

    private boolean same(int[] tokens, int from, int to) {
        for (int i = 0; i < noRepeat - 1; i++) {
            if (tokens[from + i] != tokens[to + i]) {
                return false;
            }
        }
        return true;
    }
}
