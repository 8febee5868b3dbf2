// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import java.util.List;

/** The sentences that an operator may move, drop or repeat as a whole. */
public final class Sentences {
    private Sentences() {}

    /** Those that no annotated span touches, and whose borders cut no protected span. */
    public static List<Span> free(AnalyzedText text) {
        return text.sentences().stream()
                .filter(sentence -> text.document().spans().stream()
                        .noneMatch(span -> span.overlaps(sentence.start(), sentence.end())))
                .filter(sentence -> guarded(text, sentence).stream()
                        .allMatch(span -> span.start() >= sentence.start() && span.end() <= sentence.end()))
                .toList();
    }

    /** The protected spans that a sentence touches. */
    public static List<Span> guarded(AnalyzedText text, Span sentence) {
        return text.protectedWithin(sentence.start(), sentence.end());
    }

    public static String textOf(AnalyzedText text, Span sentence) {
        return text.text().substring(sentence.start(), sentence.end());
    }
}
