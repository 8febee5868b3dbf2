// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Casing;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Writes Latin and Greek letters without their marks: "cafe" for "café". In other scripts a mark is half of the letter
 * and stays.
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 */
record DiacriticsRemoval(double alpha) implements Augmenter {
    private static final String STROKES =
            "\u00f8\u00d8\u0142\u0141\u0111\u0110\u00e6\u00c6\u0153\u0152\u00df\u1e9e\u0131";
    private static final List<String> WITHOUT =
            List.of("o", "O", "l", "L", "d", "D", "ae", "Ae", "oe", "Oe", "ss", "SS", "i");

    DiacriticsRemoval {
        WordEdits.share("diacritics-removal", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new DiacriticsRemoval(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return WordEdits.some(text.words(), alpha, random, (word, drawn) -> plain(text.textOf(word), word));
    }

    private static @Nullable Edit plain(String surface, Token word) {
        StringBuilder plain = new StringBuilder(surface.length());
        boolean capitals = Casing.isCapitals(surface);
        boolean follows = false;
        String decomposed = Normalizer.normalize(surface, Normalizer.Form.NFD);
        for (int i = 0; i < decomposed.length(); i++) {
            char c = decomposed.charAt(i);
            if (Character.getType(c) == Character.NON_SPACING_MARK && follows) {
                continue;
            }
            Character.UnicodeScript script = Character.UnicodeScript.of(c);
            follows = script == Character.UnicodeScript.LATIN || script == Character.UnicodeScript.GREEK;
            int stroke = STROKES.indexOf(c);
            String without = stroke < 0 ? String.valueOf(c) : WITHOUT.get(stroke);
            plain.append(capitals ? without.toUpperCase(Locale.ROOT) : without);
        }
        String composed = Normalizer.normalize(plain, Normalizer.Form.NFC);
        return composed.equals(Normalizer.normalize(surface, Normalizer.Form.NFC))
                ? null
                : new Edit(word.start(), word.end(), composed);
    }

    @Override
    public boolean editsSpans() {
        return true;
    }
}
