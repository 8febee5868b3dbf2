// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.augment.Edit;
import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.Locale;

/** Where something may be put into a text. */
public final class Places {
    private Places() {}

    /**
     * Whether another word may stand before a word: it opens the text or follows white space, and is not the verb of a negation
     * or of a modal word.
     */
    public static boolean opens(AnalyzedText text, Token word) {
        return word.start() == 0
                || (Character.isWhitespace(text.text().charAt(word.start() - 1)) && !isBound(text, word));
    }

    /** Whether a negation or a modal word stands right before a word, which it speaks of: "n't quite", "can hardly". */
    public static boolean isBound(AnalyzedText text, Token word) {
        Span before = text.protectedBefore(word.start());
        return before != null
                && before.end() >= word.start() - 1
                && (before.label().equals("negation") || before.label().equals("modal"));
    }

    /** Puts a word before another, in capitals where that is in capitals. */
    public static Edit before(AnalyzedText text, Token word, String inserted) {
        String cased = Casing.isCapitals(text.textOf(word)) ? inserted.toUpperCase(Locale.ROOT) : inserted;
        return new Edit(word.start(), word.start(), cased + " ");
    }
}
