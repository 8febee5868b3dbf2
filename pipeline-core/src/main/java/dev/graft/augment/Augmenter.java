// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.text.AnalyzedText;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Proposes edits of a text. Implementations are immutable and shared by threads. */
public interface Augmenter {
    /**
     * Edits in order that do not overlap each other or a protected span; empty where nothing can be changed.
     *
     * @param random the only source of randomness: the same state gives the same edits
     */
    List<Edit> edits(AnalyzedText text, RandomGenerator random);

    /**
     * The edits of several copies of one document, for an operator whose model works in batches. A batch never holds
     * two documents: the result would depend on which rows are neighbours.
     */
    default List<List<Edit>> edits(AnalyzedText text, List<RandomGenerator> randoms) {
        List<List<Edit>> all = new ArrayList<>(randoms.size());
        for (RandomGenerator random : randoms) {
            all.add(edits(text, random));
        }
        return all;
    }

    /** Why it leaves a text alone whatever is drawn, as a filter names a reason; empty where it does not. */
    default String abstains(AnalyzedText text) {
        return "";
    }

    /**
     * What becomes of annotated spans: an operator that answers true may edit within them, and their labels follow
     * ({@link Edit#project}); others leave their text alone.
     */
    default boolean editsSpans() {
        return false;
    }
}
