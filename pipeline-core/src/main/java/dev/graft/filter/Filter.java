// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import dev.graft.augment.Augmented;
import java.util.List;

/** Scores a candidate, and judges the score; so a threshold can be changed without scoring again. */
public interface Filter {
    /** The key of the score in the {@code scores} map, and the first word of a drop's reason, in kebab-case. */
    String name();

    /** The score of a candidate against its source; depends on nothing else. */
    double score(Augmented candidate);

    /**
     * The scores of candidates of any documents, for a filter whose model works in batches. A score is that of {@link #score},
     * whatever else is in the batch: it is rounded, and what its neighbours might turn is asked for alone.
     */
    default double[] scores(List<Augmented> candidates) {
        double[] scores = new double[candidates.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = score(candidates.get(i));
        }
        return scores;
    }

    Verdict judge(double score);

    /** Scores where the verdict turns; empty where it is all or nothing, so that no score comes near one. */
    default List<Double> bounds() {
        return List.of();
    }

    /** Whether the copies of an operator are judged, by the name of its {@code Step}. */
    default boolean judges(String operator) {
        return true;
    }
}
