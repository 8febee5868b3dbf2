// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.augment.Edit;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.Locale;

/** Where something may be put into a text. */
public final class Places {
    private Places() {}

    /** Whether a word stands at the start of the text or after white space, so that another may stand before it. */
    public static boolean opens(AnalyzedText text, Token word) {
        return word.start() == 0 || Character.isWhitespace(text.text().charAt(word.start() - 1));
    }

    /** Puts a word before another, in capitals where that is in capitals. */
    public static Edit before(AnalyzedText text, Token word, String inserted) {
        String cased = Casing.isCapitals(text.textOf(word)) ? inserted.toUpperCase(Locale.ROOT) : inserted;
        return new Edit(word.start(), word.start(), cased + " ");
    }
}
