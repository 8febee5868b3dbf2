// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.text.AnalyzedText;
import java.util.List;
import java.util.random.RandomGenerator;

/** Proposes edits of a text. Implementations are immutable and shared by threads. */
public interface Augmenter {
    /** The operator's name in the configuration and in the {@code operator} column, in kebab-case. */
    String name();

    /**
     * Edits in order that do not overlap each other or a protected span; empty where nothing can be changed.
     *
     * @param random the only source of randomness: the same state gives the same edits
     */
    List<Edit> edits(AnalyzedText text, RandomGenerator random);
}
