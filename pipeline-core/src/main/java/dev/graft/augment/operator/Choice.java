// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.parts.Rewriting;
import java.util.List;
import java.util.Optional;

/** What is taken of the answers that translators gave for sentences. */
interface Choice {
    /**
     * A sentence and what came back of it.
     *
     * @param answers the likeliest first
     */
    record Answered(Rewriting rewriting, List<String> answers) {}

    /** Each sentence in other words, as it stands in its text; nothing where no answer is good. */
    List<Optional<String>> of(List<Answered> sentences);
}
