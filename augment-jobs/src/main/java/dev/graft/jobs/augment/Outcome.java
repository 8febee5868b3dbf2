// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.augment.Edit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of one copy of one document.
 *
 * @param operator name of the augmenter
 * @param copy number of the copy, from 0
 * @param seed the copy's own seed
 * @param fate what happened
 * @param reason why it was dropped or what failed; empty otherwise
 * @param text the new text; the source's where nothing was changed
 * @param edits what turns the source into {@code text}
 * @param intensity share of the source's chars that changed, from 0 to 1
 * @param scores of the filters that were asked, by name
 */
record Outcome(
        String operator,
        int copy,
        long seed,
        Fate fate,
        String reason,
        String text,
        List<Edit> edits,
        double intensity,
        Map<String, Double> scores) {

    /** The four things that can become of a copy. */
    enum Fate {
        KEPT,
        DROPPED,
        UNCHANGED,
        FAILED
    }

    Outcome {
        edits = List.copyOf(edits);
        scores = new TreeMap<>(scores);
    }
}
