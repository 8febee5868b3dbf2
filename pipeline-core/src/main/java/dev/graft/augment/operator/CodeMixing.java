// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Casing;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.random.Draw;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import dev.graft.text.WordTable;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Replaces words by those of another language from a user's dictionary (Qin et al. 2020, CoSDA-ML).
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 * @param table from a word to its translations: the key {@code file}
 */
record CodeMixing(WordTable table, double alpha) implements Augmenter {
    CodeMixing {
        WordEdits.share("code-mixing", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        Path file = section.file("file");
        section.check("file", file, WordTable::read);
        return resources -> new CodeMixing(WordTable.read(file), alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return WordEdits.some(text.words(), alpha, random, (word, drawn) -> mixed(text, word, drawn));
    }

    private @Nullable Edit mixed(AnalyzedText text, Token word, RandomGenerator random) {
        List<String> known = table.of(text.textOf(word));
        return known.isEmpty() ? null : Casing.edit(text, word, Draw.one(known, random));
    }
}
