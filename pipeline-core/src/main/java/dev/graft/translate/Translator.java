// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import java.util.List;
import java.util.Optional;

/** Translates sentences of one language into another. Implementations may be called from several threads. */
public interface Translator extends AutoCloseable {
    /**
     * One translation a sentence, in order. A sentence's translation does not depend on its neighbours.
     *
     * @throws TranslationException if the translator is gone and could not be restarted
     */
    List<String> translate(List<String> sentences);

    /** As {@link #translate}; nothing for a sentence that can't be answered in full. */
    default List<Optional<String>> answers(List<String> sentences) {
        return translate(sentences).stream().map(Optional::of).toList();
    }

    /**
     * A sentence to be translated in one of several ways.
     *
     * @param seed which; without meaning where there is one way only
     */
    record Draft(String sentence, long seed) {}

    /**
     * A translation.
     *
     * @param text of the target language
     * @param truncated whether it was cut at the greatest length
     * @param unknown whether the source or the translation holds a piece that the vocabulary has not
     */
    record Translation(String text, boolean truncated, boolean unknown) {
        /** The text, unless it was cut or a part of the sentence could not be read. */
        Optional<String> whole() {
            return truncated || unknown ? Optional.empty() : Optional.of(text);
        }
    }

    /**
     * One translation a draft, in order. Rules know one manner only.
     *
     * @return nothing for a sentence that can't be answered
     */
    default List<Optional<Translation>> drafts(List<Draft> drafts, Manner manner) {
        return answers(drafts.stream().map(Draft::sentence).toList()).stream()
                .map(answer -> answer.map(text -> new Translation(text, false, false)))
                .toList();
    }

    @Override
    void close();
}
