// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.corpus.Document;
import dev.graft.corpus.Span;
import java.util.List;

/**
 * A copy of a document with an operator's edits applied.
 *
 * @param source the document that the edits refer to
 * @param operator name of the {@link Step}
 * @param copy number of the copy, from 0
 * @param seed the copy's own seed ({@link Seeds#of})
 * @param edits what was changed; never empty
 * @param text the source with the edits applied
 */
public record Augmented(Document source, String operator, int copy, long seed, List<Edit> edits, String text) {
    public Augmented {
        edits = List.copyOf(edits);
        if (edits.isEmpty()) {
            throw new IllegalArgumentException("document " + source.id() + ", " + operator + " copy " + copy
                    + ": no edits, and an unchanged source is not an augmentation");
        }
    }

    /** The copy that edits make of a document. */
    public static Augmented of(Document source, String operator, int copy, long seed, List<Edit> edits) {
        return new Augmented(source, operator, copy, seed, edits, Edit.apply(source.text(), edits));
    }

    /** {@code <source id>#<operator>-<copy>}. */
    public String id() {
        return source.id() + "#" + operator + "-" + copy;
    }

    /** The annotated spans of the source, where they lie now. */
    public List<Span> spans() {
        return Edit.project(source.spans(), edits);
    }

    /** Share of the source's chars that were replaced, inserted or deleted, from 0 to 1. */
    public double intensity() {
        int changed = 0;
        for (Edit edit : edits) {
            changed += Math.max(edit.end() - edit.start(), edit.replacement().length());
        }
        return Math.min(1.0, changed / (double) Math.max(1, source.text().length()));
    }
}
