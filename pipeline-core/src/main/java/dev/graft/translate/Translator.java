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

    @Override
    void close();
}
