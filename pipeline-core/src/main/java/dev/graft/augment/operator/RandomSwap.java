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
import dev.graft.text.FunctionWords;
import dev.graft.text.Token;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * Lets pairs of words change places (EDA, Wei & Zou 2019, section 2: random swap). EDA takes any two words, which turns "the
 * dog bit a man" round; here they are neighbours in a clause, one of which says little, or what "and" or "or" joins, and none
 * is protected, the verb of a negation, or a word that binds others ("from", "than", "she", "is"). Where a text has no such
 * pair, other neighbours are taken. The place keeps its case.
 *
 * @param alpha pairs to swap, as a share of the words, from 0 to 1; at least one unless it is 0
 */
record RandomSwap(double alpha) implements Augmenter {
    /** Two words that may change places, by their index. */
    private record Pair(int one, int other) {}

    RandomSwap {
        WordEdits.share("random-swap", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new RandomSwap(alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Token> words = text.words();
        int wanted = WordEdits.count(alpha, words.size());
        if (wanted == 0) {
            return List.of();
        }
        List<Pair> pairs = pairs(text, words);
        BitSet moved = new BitSet(words.size());
        List<Edit> edits = new ArrayList<>();
        for (Pair pair : Draw.shuffled(pairs, random)) {
            if (edits.size() == 2 * wanted) {
                break;
            }
            if (moved.get(pair.one, pair.other + 1).isEmpty()) {
                moved.set(pair.one, pair.other + 1);
                Token one = words.get(pair.one);
                Token other = words.get(pair.other);
                edits.add(new Edit(one.start(), one.end(), there(text.textOf(other), text.textOf(one))));
                edits.add(new Edit(other.start(), other.end(), there(text.textOf(one), text.textOf(other))));
            }
        }
        return WordEdits.inOrder(edits);
    }

    private static List<Pair> pairs(AnalyzedText text, List<Token> words) {
        String[] surfaces = words.stream().map(text::textOf).toArray(String[]::new);
        List<Pair> light = new ArrayList<>();
        List<Pair> prepositions = new ArrayList<>();
        List<Pair> neighbours = new ArrayList<>();
        for (int one = 0; one + 1 < surfaces.length; one++) {
            int other = one + 1;
            if (!mayMove(text, words.get(one)) || !follows(text, words, other)) {
                continue;
            }
            if (isPairJoined(text, words, one)) {
                light.add(new Pair(one, one + 2));
            } else if (mayMove(text, words.get(other)) && !surfaces[one].equalsIgnoreCase(surfaces[other])) {
                boolean little = FunctionWords.isLight(surfaces[one]) || FunctionWords.isLight(surfaces[other]);
                boolean some = saysLittle(surfaces[one]) || saysLittle(surfaces[other]);
                (little ? light : some ? prepositions : neighbours).add(new Pair(one, other));
            }
        }
        return !light.isEmpty() ? light : !prepositions.isEmpty() ? prepositions : neighbours;
    }

    /** Whether nothing but white space within a line stands between a word and the one before it. */
    private static boolean follows(AnalyzedText text, List<Token> words, int word) {
        int from = words.get(word - 1).end();
        int to = words.get(word).start();
        return to == from + 1
                && (text.text().charAt(from) == ' ' || text.text().charAt(from) == '\t')
                && !text.isProtected(from, to);
    }

    private static boolean mayMove(AnalyzedText text, Token word) {
        return !FunctionWords.isBinding(text.textOf(word)) && !Places.isBound(text, word);
    }

    private static boolean saysLittle(String word) {
        return FunctionWords.isLight(word) || FunctionWords.isPreposition(word);
    }

    /** Whether a word stands before "and" or "or" and another content word, and no further one belongs to either. */
    private static boolean isPairJoined(AnalyzedText text, List<Token> words, int one) {
        int other = one + 2;
        if (other >= words.size() || !follows(text, words, other)) {
            return false;
        }
        String joiner = text.textOf(words.get(one + 1));
        return (joiner.equals("and") || joiner.equals("or"))
                && isContent(text, words, one)
                && isContent(text, words, other)
                && !text.textOf(words.get(one)).equalsIgnoreCase(text.textOf(words.get(other)))
                && !(one > 0 && follows(text, words, one) && isContent(text, words, one - 1))
                && !(other + 1 < words.size() && follows(text, words, other + 1) && isContent(text, words, other + 1));
    }

    private static boolean isContent(AnalyzedText text, List<Token> words, int word) {
        String surface = text.textOf(words.get(word));
        return !saysLittle(surface) && mayMove(text, words.get(word));
    }

    /** A word in the place of another: large where that opens a sentence, and small where it came from there. */
    private static String there(String word, String place) {
        boolean wordLarge = Character.isUpperCase(word.charAt(0));
        boolean placeLarge = Character.isUpperCase(place.charAt(0));
        if (wordLarge == placeLarge || Casing.isCapitals(word) || word.charAt(0) == 'I' && word.length() == 1) {
            return placeLarge ? Casing.like(word, place) : word;
        }
        return placeLarge ? Casing.title(word) : word.toLowerCase(Locale.ROOT);
    }
}
