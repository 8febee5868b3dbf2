// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of a corpus.
 *
 * @param id unique in the corpus, given or a hash of the content
 * @param text never changed by a reader: newlines, emoji and combining characters stay
 * @param label the class, null where the row is unlabelled
 * @param spans annotated stretches of the text, by start
 */
public record Document(String id, String text, @Nullable String label, List<Span> spans) {
    public Document {
        spans = List.copyOf(spans);
        for (Span span : spans) {
            if (span.end() > text.length()) {
                throw new IllegalArgumentException(
                        "document " + id + ": span " + span + " ends after the text (" + text.length() + " chars)");
            }
        }
    }

    public Document(String id, String text, @Nullable String label) {
        this(id, text, label, List.of());
    }
}
