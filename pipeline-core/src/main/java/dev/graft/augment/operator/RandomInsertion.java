// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Places;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.random.Draw;
import dev.graft.text.AnalyzedText;
import dev.graft.text.StopWords;
import dev.graft.text.Token;
import dev.graft.text.wordnet.WordNet;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Inserts a synonym of a random word before another random word (EDA, Wei & Zou 2019, section 2: random insertion).
 *
 * @param alpha words to insert, as a share of the words, from 0 to 1; at least one unless it is 0
 */
record RandomInsertion(WordNet wordNet, double alpha) implements Augmenter {
    RandomInsertion {
        WordEdits.share("random-insertion", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new RandomInsertion(resources.wordNet(), alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Token> words = text.taggedWords();
        List<Token> places =
                text.words().stream().filter(word -> Places.opens(text, word)).toList();
        if (places.isEmpty()) {
            return List.of();
        }
        int wanted = WordEdits.count(alpha, words.size());
        List<Edit> edits = new ArrayList<>();
        for (Token word : Draw.shuffled(words, random)) {
            if (edits.size() == wanted) {
                break;
            }
            String surface = text.textOf(word);
            List<String> synonyms = StopWords.contains(surface) ? List.of() : wordNet.synonyms(surface, word.tag());
            if (!synonyms.isEmpty()) {
                Token place = Draw.one(places, random);
                edits.add(Places.before(text, place, Draw.one(synonyms, random)));
            }
        }
        return WordEdits.inOrder(edits);
    }
}
