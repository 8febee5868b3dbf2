// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

/**
 * Beam search: the best continuations of several beginnings are gone on with, in each step as many (as transformers' {@code
 * generate} does it). The score of an answer is its log-likelihood by its length, the end included, to the power of the penalty.
 *
 * @param beams at least 1
 * @param groups of beams, which divide them; each group after the first is kept from what the ones before it choose (Vijayakumar
 *     et al. 2016, with Hamming diversity)
 * @param diversity what a token costs for each time that a group before chose it in this step; at least 0
 * @param lengthPenalty over 0 for longer answers, under 0 for shorter ones
 * @param stop when a source's search ends
 * @param answers of a source, best first; 1 to {@code beams}
 */
public record Beams(int beams, int groups, double diversity, double lengthPenalty, Stop stop, int answers)
        implements Search {
    /** When there are as many answers as beams, the search may end before the greatest length. */
    public enum Stop {
        /** At once. */
        FULL,
        /** Where the best beam would not be among the answers if it ended now. */
        UNLIKELY,
        /** Where no beam can be among the answers at the greatest length, if the penalty is over 0, or now. */
        IMPOSSIBLE
    }

    public Beams {
        if (beams < 1 || groups < 1 || beams % groups != 0) {
            throw new IllegalArgumentException(
                    beams + " beams in " + groups + " groups; allowed are 1 or more, in groups that divide them");
        }
        if (!(diversity >= 0) || !Double.isFinite(diversity) || !Double.isFinite(lengthPenalty)) {
            throw new IllegalArgumentException("diversity " + diversity + " and length penalty " + lengthPenalty
                    + "; allowed are a finite number from 0, and a finite one");
        }
        if (answers < 1 || answers > beams) {
            throw new IllegalArgumentException(answers + " answers; allowed are 1 to the " + beams + " beams");
        }
    }

    @Override
    public int rows() {
        return beams;
    }

    /** The best of so many beams. */
    public static Beams of(int beams) {
        return new Beams(beams, 1, 0, 1, Stop.UNLIKELY, 1);
    }

    /** As many answers. */
    public Beams best(int count) {
        return new Beams(beams, groups, diversity, lengthPenalty, stop, count);
    }
}
