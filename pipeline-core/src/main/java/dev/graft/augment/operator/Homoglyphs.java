// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Confusions;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Replaces a letter by one of another script that looks the same (Boucher et al. 2022, Bad Characters, section IV; the
 * pairs are from Unicode's confusables, UTS 39).
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 */
record Homoglyphs(double alpha) implements Augmenter {
    private static final Confusions TABLE = new Confusions(Map.ofEntries(
            Map.entry("a", List.of("\u0430", "\u0251")),
            Map.entry("c", List.of("\u0441", "\u03F2")),
            Map.entry("d", List.of("\u0501")),
            Map.entry("e", List.of("\u0435")),
            Map.entry("h", List.of("\u04BB")),
            Map.entry("i", List.of("\u0456")),
            Map.entry("j", List.of("\u0458")),
            Map.entry("l", List.of("\u0406", "\u04C0")),
            Map.entry("o", List.of("\u043E", "\u03BF")),
            Map.entry("p", List.of("\u0440", "\u03C1")),
            Map.entry("q", List.of("\u051B")),
            Map.entry("s", List.of("\u0455")),
            Map.entry("v", List.of("\u03BD", "\u0475")),
            Map.entry("w", List.of("\u051D")),
            Map.entry("x", List.of("\u0445")),
            Map.entry("y", List.of("\u0443", "\u04AF")),
            Map.entry("A", List.of("\u0410", "\u0391")),
            Map.entry("B", List.of("\u0412", "\u0392")),
            Map.entry("C", List.of("\u0421")),
            Map.entry("E", List.of("\u0415", "\u0395")),
            Map.entry("H", List.of("\u041D", "\u0397")),
            Map.entry("I", List.of("\u0406", "\u0399")),
            Map.entry("J", List.of("\u0408")),
            Map.entry("K", List.of("\u041A", "\u039A")),
            Map.entry("M", List.of("\u041C", "\u039C")),
            Map.entry("N", List.of("\u039D")),
            Map.entry("O", List.of("\u041E", "\u039F")),
            Map.entry("P", List.of("\u0420", "\u03A1")),
            Map.entry("S", List.of("\u0405")),
            Map.entry("T", List.of("\u0422", "\u03A4")),
            Map.entry("X", List.of("\u0425", "\u03A7")),
            Map.entry("Y", List.of("\u03A5", "\u04AE")),
            Map.entry("Z", List.of("\u0396"))));

    Homoglyphs {
        WordEdits.share("homoglyphs", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new Homoglyphs(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return WordEdits.some(text.words(), alpha, random, (word, drawn) -> TABLE.edit(text, word, drawn));
    }

    @Override
    public boolean editsSpans() {
        return true;
    }
}
