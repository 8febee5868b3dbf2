// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Casing;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Writes words in another case: lower, upper, title (only the first letter large), or inverted (each letter's other).
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 * @param style {@code style}, default lower
 */
record CaseChange(double alpha, Style style) implements Augmenter {
    /** How a word is written. */
    enum Style {
        LOWER,
        UPPER,
        TITLE,
        INVERTED
    }

    CaseChange {
        WordEdits.share("case-change", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        Style style = section.choice("style", Style.class, Style.LOWER);
        return resources -> new CaseChange(alpha, style);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return WordEdits.some(text.words(), alpha, random, (word, drawn) -> changed(text.textOf(word), word));
    }

    private @Nullable Edit changed(String surface, Token word) {
        String changed = switch (style) {
            case LOWER -> surface.toLowerCase(Locale.ROOT);
            case UPPER -> surface.toUpperCase(Locale.ROOT);
            case TITLE -> Casing.title(surface.toLowerCase(Locale.ROOT));
            case INVERTED -> inverted(surface);
        };
        return changed.equals(surface) ? null : new Edit(word.start(), word.end(), changed);
    }

    private static String inverted(String surface) {
        StringBuilder inverted = new StringBuilder(surface.length());
        surface.codePoints()
                .map(c -> Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c))
                .forEach(inverted::appendCodePoint);
        return inverted.toString();
    }

    @Override
    public boolean editsSpans() {
        return true;
    }
}
