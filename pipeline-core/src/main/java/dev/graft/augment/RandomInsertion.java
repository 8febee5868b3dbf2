// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.text.AnalyzedText;
import dev.graft.text.StopWords;
import dev.graft.text.Token;
import dev.graft.text.WordNet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Inserts a synonym of a random word before another random word (EDA, Wei & Zou 2019, section 2: random insertion).
 *
 * @param alpha words to insert, as a share of the words, from 0 to 1; at least one unless it is 0
 */
public record RandomInsertion(WordNet wordNet, double alpha) implements Augmenter {
    public RandomInsertion {
        Draw.share("random-insertion", "alpha", alpha);
    }

    @Override
    public String name() {
        return "random-insertion";
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Token> words = text.words();
        List<Token> places = words.stream().filter(word -> opens(text, word)).toList();
        if (places.isEmpty()) {
            return List.of();
        }
        int wanted = Draw.count(alpha, words.size());
        List<Edit> edits = new ArrayList<>();
        for (Token word : Draw.shuffled(words, random)) {
            if (edits.size() == wanted) {
                break;
            }
            String surface = text.textOf(word);
            List<String> synonyms = StopWords.contains(surface) ? List.of() : wordNet.synonyms(surface, word.tag());
            if (!synonyms.isEmpty()) {
                int at = Draw.one(places, random).start();
                edits.add(new Edit(at, at, Draw.one(synonyms, random) + " "));
            }
        }
        edits.sort(Comparator.comparingInt(Edit::start));
        return edits;
    }

    private static boolean opens(AnalyzedText text, Token word) {
        return word.start() == 0 || Character.isWhitespace(text.text().charAt(word.start() - 1));
    }
}
