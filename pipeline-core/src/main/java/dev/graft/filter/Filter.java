// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;

/** Scores a candidate, and judges the score; so a threshold can be changed without scoring again. */
public interface Filter {
    /** The key of the score in the {@code scores} map, and the first word of a drop's reason, in kebab-case. */
    String name();

    /** The score of a candidate against its source; depends on nothing else. */
    double score(Augmented candidate);

    Verdict judge(double score);
}
