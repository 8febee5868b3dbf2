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
 * Misreads a letter or a pair of letters of a word as a scanner does: "rn" and "m", "l" and "1", "O" and "0".
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 */
record OcrErrors(double alpha) implements Augmenter {
    private static final Confusions TABLE = new Confusions(Map.ofEntries(
            Map.entry("l", List.of("1", "I", "i")),
            Map.entry("I", List.of("l", "1", "|")),
            Map.entry("i", List.of("l", "1", ";")),
            Map.entry("o", List.of("0", "c", "a")),
            Map.entry("O", List.of("0", "Q", "D")),
            Map.entry("e", List.of("c", "o")),
            Map.entry("c", List.of("e", "o")),
            Map.entry("a", List.of("o", "u")),
            Map.entry("u", List.of("v", "n", "ii")),
            Map.entry("n", List.of("u", "ri", "r")),
            Map.entry("m", List.of("rn", "nn", "in")),
            Map.entry("h", List.of("b", "li", "n")),
            Map.entry("b", List.of("h", "6", "lo")),
            Map.entry("d", List.of("cl", "ol")),
            Map.entry("g", List.of("9", "q", "y")),
            Map.entry("q", List.of("g", "9")),
            Map.entry("s", List.of("5", "z", "8")),
            Map.entry("S", List.of("5", "8")),
            Map.entry("z", List.of("2", "s")),
            Map.entry("Z", List.of("2")),
            Map.entry("B", List.of("8", "3", "R")),
            Map.entry("t", List.of("f", "1", "r")),
            Map.entry("f", List.of("t", "r")),
            Map.entry("r", List.of("n", "i")),
            Map.entry("w", List.of("vv", "uu")),
            Map.entry("v", List.of("u", "y")),
            Map.entry("y", List.of("v", "g")),
            Map.entry("k", List.of("lc", "h")),
            Map.entry("E", List.of("F", "B")),
            Map.entry("G", List.of("6", "C")),
            Map.entry("D", List.of("O", "0")),
            Map.entry("rn", List.of("m")),
            Map.entry("cl", List.of("d")),
            Map.entry("vv", List.of("w")),
            Map.entry("nn", List.of("m")),
            Map.entry("li", List.of("h")),
            Map.entry("ri", List.of("n"))));

    OcrErrors {
        WordEdits.share("ocr-errors", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new OcrErrors(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return WordEdits.slips(text, alpha, random, (word, drawn) -> TABLE.edit(text, word, drawn));
    }

    @Override
    public boolean editsSpans() {
        return true;
    }
}
