// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.augment.Edit;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Puts a word into the case of the one that it replaces. */
public final class Casing {
    private Casing() {}

    /** "CAR" for "PHONE", "Car" for "Phone", "car" for "phone" and for what is written without case. */
    public static String like(String word, String replaced) {
        if (isCapitals(replaced)) {
            return word.toUpperCase(Locale.ROOT);
        }
        return Character.isUpperCase(replaced.codePointAt(0)) ? title(word) : word;
    }

    /** Whether a word of two chars or more has large letters and no small ones. */
    public static boolean isCapitals(String word) {
        return word.length() > 1
                && word.equals(word.toUpperCase(Locale.ROOT))
                && !word.equals(word.toLowerCase(Locale.ROOT));
    }

    /** The word with its first letter large. */
    public static String title(String word) {
        int first = word.codePointAt(0);
        return Character.toString(Character.toTitleCase(first)) + word.substring(Character.charCount(first));
    }

    /** The replacement in the case of the word; null where that is the word itself. */
    public static @Nullable Edit edit(AnalyzedText text, Token word, String replacement) {
        String surface = text.textOf(word);
        String cased = like(replacement, surface);
        return cased.equals(surface) ? null : new Edit(word.start(), word.end(), cased);
    }
}
