// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Casing;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.random.Draw;
import dev.graft.text.AnalyzedText;
import dev.graft.text.EnglishWords;
import dev.graft.text.FunctionWords;
import dev.graft.text.Token;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * Lets pairs of words change places (EDA, Wei & Zou 2019, section 2: random swap). EDA takes any two words, which turns "the
 * dog bit a man" round; here they are neighbours in a clause, one of which says little, or what "and", "or" and commas join, and none
 * is protected, the verb of a negation, or a word that binds others ("from", "than", "she", "is"). Where a text has no such
 * pair, other neighbours are taken. The place keeps its case.
 *
 * @param alpha pairs to swap, as a share of the words, from 0 to 1; at least one unless it is 0
 */
record RandomSwap(double alpha) implements Augmenter {
    /** Two words that may change places, by their index. */
    private record Pair(int one, int other) {}

    private static final int FARTHEST = 3;
    private static final int FEWEST_ITEMS = 3;

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
        List<Pair> light = new ArrayList<>();
        List<Pair> prepositions = new ArrayList<>();
        List<Pair> neighbours = new ArrayList<>();
        for (int one = 0; one + 1 < words.size(); one++) {
            int other = one + 1;
            light.addAll(listed(text, words, one));
            if (!text.isBesideLast(other) || !mayMove(text, one)) {
                continue;
            }
            if (isPairJoined(text, words, one)) {
                light.add(new Pair(one, one + 2));
                continue;
            }
            int either = text.functions(one) | text.functions(other);
            boolean little = (either & FunctionWords.LIGHT) != 0;
            if ((little || light.isEmpty())
                    && mayMove(text, other)
                    && (saysLittle(either) || isKnown(text, words.get(one)) && isKnown(text, words.get(other)))
                    && !isSame(text, words.get(one), words.get(other))) {
                (little ? light : saysLittle(either) ? prepositions : neighbours).add(new Pair(one, other));
            }
        }
        return !light.isEmpty() ? light : !prepositions.isEmpty() ? prepositions : neighbours;
    }

    private static boolean isSame(AnalyzedText text, Token one, Token other) {
        int length = one.end() - one.start();
        return length == other.end() - other.start()
                && text.text().regionMatches(true, one.start(), text.text(), other.start(), length);
    }

    private static boolean mayMove(AnalyzedText text, int word) {
        return (text.functions(word) & FunctionWords.BINDING) == 0 && !text.isBound(word);
    }

    /** In a corpus in small letters a word that English does not have is mostly a part of a name. */
    private static boolean isKnown(AnalyzedText text, Token word) {
        return EnglishWords.contains(text.text(), word.start(), word.end());
    }

    private static boolean saysLittle(int functions) {
        return (functions & (FunctionWords.LIGHT | FunctionWords.PREPOSITION)) != 0;
    }

    /** Whether a word stands before "and" or "or" and another content word, and no further one belongs to either. */
    private static boolean isPairJoined(AnalyzedText text, List<Token> words, int one) {
        int other = one + 2;
        return other < words.size()
                && text.isBesideLast(other)
                && (text.functions(one + 1) & FunctionWords.JOINER) != 0
                && isContent(text, one)
                && isContent(text, other)
                && !isSame(text, words.get(one), words.get(other))
                && !(one > 0 && text.isBesideLast(one) && isContent(text, one - 1))
                && !(other + 1 < words.size() && text.isBesideLast(other + 1) && isContent(text, other + 1));
    }

    /** What a list that begins with a word lets change places, three words apart at most: "red, white and blue". */
    private static List<Pair> listed(AnalyzedText text, List<Token> words, int first) {
        if (first > 0 && text.isBesideLast(first)
                || !isContent(text, first)
                || next(text, words, first) < 0
                || first > 0 && next(text, words, first - 1) == first) {
            return List.of();
        }
        List<Integer> items = new ArrayList<>();
        for (int item = first; item >= 0; item = next(text, words, item)) {
            items.add(item);
        }
        int last = items.get(items.size() - 1);
        List<Pair> pairs = new ArrayList<>();
        if (items.size() < FEWEST_ITEMS || last + 1 < words.size() && text.isBesideLast(last + 1)) {
            return pairs;
        }
        for (int one : items) {
            for (int other : items) {
                if (other > one && other - one <= FARTHEST && !isSame(text, words.get(one), words.get(other))) {
                    pairs.add(new Pair(one, other));
                }
            }
        }
        return pairs;
    }

    /** The item of a list behind another; -1 where there is none. */
    private static int next(AnalyzedText text, List<Token> words, int item) {
        if (item + 1 >= words.size()) {
            return -1;
        }
        int end = words.get(item).end();
        boolean comma = text.text().startsWith(", ", end)
                && words.get(item + 1).start() == end + 2
                && !text.isProtected(end, end + 2);
        if (!comma && !text.isBesideLast(item + 1)) {
            return -1;
        }
        boolean joined = (text.functions(item + 1) & FunctionWords.JOINER) != 0;
        int next = joined ? item + 2 : comma ? item + 1 : -1;
        return next > 0 && next < words.size() && (!joined || text.isBesideLast(next)) && isContent(text, next)
                ? next
                : -1;
    }

    private static boolean isContent(AnalyzedText text, int word) {
        return !saysLittle(text.functions(word)) && mayMove(text, word);
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
