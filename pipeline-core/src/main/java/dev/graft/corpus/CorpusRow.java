// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One row of a corpus as it was read: a document, or the reason why it is none.
 *
 * @param offset of its first byte in its file
 * @param raw the row as it stands there
 * @param reason null where the row can be used
 * @param group what decides about its split; null where that is not drawn
 * @param split null where it can't be known
 * @param rest the other columns as a JSON object; null where there are none
 */
public record CorpusRow(
        long offset,
        String raw,
        @Nullable String reason,
        @Nullable String id,
        @Nullable String text,
        @Nullable String label,
        List<Span> spans,
        @Nullable String group,
        @Nullable Split split,
        @Nullable String rest) {

    static CorpusRow bad(long offset, String raw, String reason) {
        return new CorpusRow(offset, raw, reason, null, null, null, List.of(), null, null, null);
    }

    CorpusRow at(long place, String given, @Nullable String others) {
        return new CorpusRow(place, given, reason, id, text, label, spans, group, split, others);
    }

    /** Of a row that can be used. */
    public Document document() {
        return new Document(Objects.requireNonNull(id), Objects.requireNonNull(text), label, spans);
    }
}
