// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.corpus.Document;
import java.util.List;

/**
 * A copy of a document with an operator's edits applied.
 *
 * @param source the document that the edits refer to
 * @param operator {@link Augmenter#name()}
 * @param copy number of the copy, from 0
 * @param seed the copy's own seed ({@link Seeds#of})
 * @param edits what was changed; never empty
 */
public record Augmented(Document source, String operator, int copy, long seed, List<Edit> edits) {
    public Augmented {
        edits = List.copyOf(edits);
        if (edits.isEmpty()) {
            throw new IllegalArgumentException("document " + source.id() + ", " + operator + " copy " + copy
                    + ": no edits, and an unchanged source is not an augmentation");
        }
    }

    /** {@code <source id>#<operator>-<copy>}. */
    public String id() {
        return source.id() + "#" + operator + "-" + copy;
    }

    public String text() {
        return Edit.apply(source.text(), edits);
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
