// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Casing;
import dev.graft.augment.parts.Places;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.random.Draw;
import dev.graft.text.AnalyzedText;
import dev.graft.text.EnglishWords;
import dev.graft.text.Scan;
import dev.graft.text.StopWords;
import dev.graft.text.Token;
import dev.graft.text.Vocabulary;
import dev.graft.text.wordnet.WordNet;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Inserts a synonym of a random word before another word (EDA, Wei & Zou 2019, section 2: random insertion). EDA takes any
 * synonym and any place; here it is a word that the corpus has, or one that holds in nearly any sentence, where the corpus has
 * it: beside the same neighbours, or beside one of them, or, failing that, anywhere.
 *
 * @param vocabulary words of the corpus
 * @param alpha words to insert, as a share of the words, from 0 to 1; at least one unless it is 0
 */
record RandomInsertion(WordNet wordNet, Vocabulary vocabulary, double alpha) implements Augmenter {
    /** A word that the corpus has less often may be a slip. */
    private static final int LEAST = 3;

    RandomInsertion {
        WordEdits.share("random-insertion", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new RandomInsertion(resources.wordNet(), resources.countedWords(), alpha);
    }

    /** Where a word may go. */
    private record Place(Token before, String left, String right) {}

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Place> places = places(text);
        if (places.isEmpty()) {
            return List.of();
        }
        List<Token> words = text.taggedWords();
        int wanted = WordEdits.count(alpha, words.size());
        List<Edit> edits = new ArrayList<>();
        for (Token word : Draw.shuffled(words, random)) {
            if (edits.size() == wanted) {
                break;
            }
            List<String> synonyms = synonyms(text, word);
            if (!synonyms.isEmpty()) {
                edits.add(best(text, places, synonyms, random));
            }
        }
        return WordEdits.inOrder(edits);
    }

    private static List<Place> places(AnalyzedText text) {
        List<Place> places = new ArrayList<>();
        List<Token> words = text.words();
        for (int i = 0; i < words.size(); i++) {
            boolean beside = i > 0 && text.isBesideLast(i);
            if (Places.opens(text, words.get(i))
                    && !isOpening(text, words.get(i))
                    && isKnown(text, words.get(i))
                    && (!beside || isKnown(text, words.get(i - 1)))) {
                places.add(new Place(
                        words.get(i), beside ? small(text, words.get(i - 1)) : "", small(text, words.get(i))));
            }
        }
        return places;
    }

    private List<String> synonyms(AnalyzedText text, Token word) {
        String surface = text.textOf(word);
        // Elsewhere, what a negation speaks of is said without it: "surpass do not exceed".
        if (StopWords.contains(surface) || Places.isBound(text, word)) {
            return List.of();
        }
        Set<String> synonyms = new LinkedHashSet<>();
        wordNet.interchangeable(text, text.tokens().indexOf(word)).forEach(each -> synonyms.add(each.word()));
        wordNet.synonyms(surface, word.tag()).stream()
                .filter(synonym -> vocabulary.occurrences(synonym) >= LEAST && meansTheSame(synonym, word, surface))
                .forEach(synonyms::add);
        return List.copyOf(synonyms);
    }

    /** The first thing that either means is the other: not "account" for "history", nor "john" for "bathroom". */
    private boolean meansTheSame(String synonym, Token word, String surface) {
        return !EnglishWords.isName(synonym, 0, synonym.length())
                && !Scan.isGuarded(synonym)
                && wordNet.synonyms(synonym, word.tag()).contains(surface.toLowerCase(Locale.ROOT));
    }

    /** In a corpus in small letters a word that English does not have is mostly a name: nothing stands within "ethan hawke". */
    private static boolean isKnown(AnalyzedText text, Token word) {
        return EnglishWords.contains(text.text(), word.start(), word.end());
    }

    /** Of all that may be inserted, one that has as many of its neighbours in the corpus as any. */
    private Edit best(AnalyzedText text, List<Place> places, List<String> synonyms, RandomGenerator random) {
        int most = -1;
        List<Edit> best = new ArrayList<>();
        for (Place place : places) {
            for (String synonym : synonyms) {
                int known = (vocabulary.hasPair(place.left, synonym) ? 1 : 0)
                        + (vocabulary.hasPair(synonym, place.right) ? 1 : 0);
                if (known > most) {
                    most = known;
                    best.clear();
                }
                if (known == most) {
                    best.add(Places.before(text, place.before, synonym));
                }
            }
        }
        return Draw.one(best, random);
    }

    /** A word before it would take its place and leave its large letter in the sentence. */
    private static boolean isOpening(AnalyzedText text, Token word) {
        return word.start() == 0
                && Character.isUpperCase(text.text().charAt(0))
                && !Casing.isCapitals(text.textOf(word));
    }

    private static String small(AnalyzedText text, Token word) {
        return text.textOf(word).toLowerCase(Locale.ROOT);
    }
}
