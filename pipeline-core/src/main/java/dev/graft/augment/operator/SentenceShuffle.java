// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Sentences;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.random.Draw;
import dev.graft.text.AnalyzedText;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Puts sentences into another order; the white space between them stays where it is. A sentence with an annotated span
 * keeps its place.
 *
 * @param rate probability that a text is shuffled, from 0 to 1; default 1
 */
record SentenceShuffle(double rate) implements Augmenter {
    SentenceShuffle {
        WordEdits.share("sentence-shuffle", "rate", rate);
    }

    static Step.Factory read(Settings section) {
        double rate = section.number("rate", 1, 0, 1);
        return resources -> new SentenceShuffle(rate);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        if (random.nextDouble() >= rate) {
            return List.of();
        }
        List<Span> places = Sentences.free(text);
        List<Span> order = Draw.shuffled(places, random);
        List<Edit> edits = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            String there = Sentences.textOf(text, places.get(i));
            String moved = Sentences.textOf(text, order.get(i));
            if (!there.equals(moved)) {
                edits.add(new Edit(places.get(i).start(), places.get(i).end(), moved));
            }
        }
        return edits;
    }
}
