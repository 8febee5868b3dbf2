// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;

/**
 * Length of the candidate over the length of its source, in chars.
 *
 * @param min least ratio that is kept
 * @param max greatest ratio that is kept
 */
public record LengthRatio(double min, double max) implements Filter {
    public LengthRatio {
        if (!(min >= 0 && min <= 1 && max >= 1)) {
            throw new IllegalArgumentException("length-ratio min = " + min + ", max = " + max
                    + "; allowed is min from 0 to 1 and max of 1 or more");
        }
    }

    @Override
    public String name() {
        return "length-ratio";
    }

    @Override
    public double score(Augmented candidate) {
        return Scores.rounded(candidate.text().length()
                / (double) Math.max(1, candidate.source().text().length()));
    }

    @Override
    public Verdict judge(double score) {
        if (score < min) {
            return new Verdict.Drop("length-ratio-low");
        }
        return score > max ? new Verdict.Drop("length-ratio-high") : Verdict.KEEP;
    }
}
