// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Casing;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.random.Draw;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Article;
import dev.graft.text.FunctionWords;
import dev.graft.text.Token;
import dev.graft.text.Vocabulary;
import dev.graft.text.wordnet.WordNet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Deletes words with the space beside them (EDA, Wei & Zou 2019, section 2: random deletion). EDA deletes any word; here as
 * many go, one at least and never two neighbours, but those first that say little: "the", "very"; then auxiliaries and "I",
 * prepositions that a reader guesses, adverbs, and adjectives before a noun. The others stay, and so do what opens a sentence
 * and, where the corpus has classes, the third of the words that tell most of them.
 *
 * @param vocabulary words of the corpus, with what they tell of the class
 * @param alpha probability that a word is deleted, from 0 to 1
 */
record RandomDeletion(Vocabulary vocabulary, double alpha) implements Augmenter {
    private static final String OPENING = "([{\"'\u201c\u2018\u00ab";
    private static final String CLOSING = ")]}\"'\u201d\u2019\u00bb";
    private static final String MARKS = ",.;:!?\u2026-\u2013\u2014";
    /** Fewer words than these are too few to lose one that says something. */
    private static final int FEW = 6;

    /** How little is lost with a word; the least first. */
    private enum Loss {
        LIGHT,
        LINK,
        PREPOSITION,
        ADVERB,
        MODIFIER
    }

    RandomDeletion {
        WordEdits.share("random-deletion", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new RandomDeletion(resources.countedWords(), alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Token> words = text.words();
        if (words.size() < 2 || alpha == 0) {
            return List.of();
        }
        int drawn = 0;
        for (int i = 0; i < words.size(); i++) {
            drawn += random.nextDouble() < alpha ? 1 : 0;
        }
        int wanted = Math.min(Math.max(1, drawn), words.size() - 1);
        List<Token> deleted = new ArrayList<>(wanted);
        Set<Token> telling = vocabulary.hasClasses() ? telling(text) : Set.of();
        Set<Integer> borders = new HashSet<>();
        for (Loss loss : Loss.values()) {
            for (Token word : deleted.size() < wanted ? Draw.shuffled(of(loss, text), random) : List.<Token>of()) {
                if (deleted.size() < wanted
                        && !telling.contains(word)
                        && !borders.contains(word.start())
                        && !borders.contains(word.end())) {
                    deleted.add(word);
                    borders.add(word.start() - 1);
                    borders.add(word.end() + 1);
                }
            }
        }
        deleted.sort(Comparator.comparingInt(Token::start));
        List<Edit> edits = new ArrayList<>();
        for (Token word : deleted) {
            delete(text, word, edits);
        }
        return edits;
    }

    /** The third of the words that tells most of the class, as far as they tell anything. */
    private Set<Token> telling(AnalyzedText text) {
        Map<Token, Double> told = new HashMap<>();
        for (Token word : text.words()) {
            double information = vocabulary.information(text.textOf(word).toLowerCase(Locale.ROOT));
            if (information > 0) {
                told.put(word, information);
            }
        }
        return told.entrySet().stream()
                .sorted(Map.Entry.<Token, Double>comparingByValue()
                        .reversed()
                        .thenComparing(each -> each.getKey().start()))
                .limit((text.words().size() + 2) / 3)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** The words that may go with this loss. */
    private static List<Token> of(Loss loss, AnalyzedText text) {
        List<Token> words = text.words();
        List<Token> of = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            Token word = words.get(i);
            if (isOf(loss, text, i)
                    && !text.isBound(i)
                    && !isLarge(text.text(), word)
                    && !isEnclosed(text.text(), word)
                    && !isBetweenMarks(text.text(), word)) {
                of.add(word);
            }
        }
        return of;
    }

    private static boolean isOf(Loss loss, AnalyzedText text, int index) {
        int functions = text.functions(index);
        boolean light = (functions & FunctionWords.LIGHT) != 0;
        boolean link = (functions & FunctionWords.LINK) != 0;
        boolean preposition = (functions & FunctionWords.PREPOSITION) != 0;
        boolean content = !light
                && !link
                && !preposition
                && !saysMuch(functions)
                && text.words().size() >= FEW;
        return switch (loss) {
            case LIGHT -> light;
            case LINK -> !light && link && isGuessed(text, index);
            case PREPOSITION -> !light && !link && preposition && index > 0 && takesNoun(text, index);
            case ADVERB -> content && isAdverb(text, index);
            case MODIFIER -> content && !isAdverb(text, index) && tellsMore(text, index);
        };
    }

    /** "to" is a goal where the text has a "from", and what opens a sentence asks. */
    private static boolean isGuessed(AnalyzedText text, int index) {
        Token word = text.words().get(index);
        return !(reads(text.text(), word, "to") && text.text().contains("from "))
                && !opensSentence(text.text(), word.start());
    }

    private static boolean isAdverb(AnalyzedText text, int index) {
        Token word = text.words().get(index);
        return word.end() - word.start() > 4 && text.text().startsWith("ly", word.end() - 2);
    }

    private static boolean saysMuch(int functions) {
        return (functions & (FunctionWords.BINDING | FunctionWords.STOP)) != 0;
    }

    /** A word with a large letter opens something; "I" and capitals do not. */
    private static boolean isLarge(String text, Token word) {
        return Character.isUpperCase(text.charAt(word.start()))
                && !reads(text, word, "I")
                && !Casing.isCapitals(text.substring(word.start(), word.end()));
    }

    private static boolean reads(String text, Token word, String form) {
        return word.end() - word.start() == form.length() && text.startsWith(form, word.start());
    }

    private static boolean opensSentence(String text, int start) {
        int before = start - 1;
        while (before >= 0 && Character.isWhitespace(text.charAt(before)) && text.charAt(before) != '\n') {
            before--;
        }
        return before < 0 || ".!?\n".indexOf(text.charAt(before)) >= 0;
    }

    /**
     * Whether a preposition has its noun right behind: it is no part of a verb ("log in", "was on for") or a phrase ("at once"). Before a number it
     * says how much ("not more than 20 mg in 24 hours").
     */
    private static boolean takesNoun(AnalyzedText text, int index) {
        List<Token> words = text.words();
        int end = words.get(index).end();
        if (!isSpace(text, end) || end + 1 >= text.text().length()) {
            return false;
        }
        boolean wordNext = index + 1 < words.size() && words.get(index + 1).start() == end + 1;
        if (wordNext && text.text().startsWith(" of ", words.get(index + 1).end())) {
            return false; // "in spite of"
        }
        return wordNext
                ? (text.functions(index + 1) & (FunctionWords.BINDING | FunctionWords.PREPOSITION)) == 0
                : Character.isLetter(text.text().charAt(end + 1));
    }

    /** Whether it is said of the noun right behind ("the human brain", not "the doctor told"), and the article before would still fit. */
    private static boolean tellsMore(AnalyzedText text, int index) {
        List<Token> words = text.words();
        if (index == 0 || index + 1 == words.size()) {
            return false;
        }
        Token last = words.get(index - 1);
        Token next = words.get(index + 1);
        return text.text().charAt(words.get(index).end()) == ' '
                && next.start() == words.get(index).end() + 1
                && !saysMuch(text.functions(index + 1))
                && WordNet.isAdjective(text.textOf(words.get(index)))
                && WordNet.isNoun(text.textOf(next))
                && (text.text().regionMatches(true, last.start(), "the", 0, last.end() - last.start())
                                && last.end() - last.start() == 3
                        || isArticle(text, last) && fits(text, last, next));
    }

    private static boolean isArticle(AnalyzedText text, Token word) {
        return text.textOf(word).equalsIgnoreCase("a") || text.textOf(word).equalsIgnoreCase("an");
    }

    private static boolean fits(AnalyzedText text, Token article, Token next) {
        return Article.isAn(text.textOf(next)) == (article.end() - article.start() == 2);
    }

    /** Adds to the edits; words that stood side by side go in one. */
    private static void delete(AnalyzedText text, Token word, List<Edit> edits) {
        int start = word.start();
        int last = edits.size() - 1;
        if (last >= 0 && edits.get(last).end() == start) {
            start = edits.remove(last--).start();
        }
        int free = last < 0 ? 0 : edits.get(last).end();
        String source = text.text();
        int end = word.end();
        if (isSpace(text, end) && opens(source, start)) {
            end++;
        } else if (start > free && isSpace(text, start - 1) && closes(source, end)) {
            start--;
        }
        edits.add(new Edit(start, end, ""));
    }

    private static boolean isSpace(AnalyzedText text, int at) {
        return at < text.text().length()
                && (text.text().charAt(at) == ' ' || text.text().charAt(at) == '\t')
                && !text.isProtected(at, at + 1);
    }

    /** Whether the space behind a word may go with it: in "km/h for" it may not. */
    private static boolean opens(String text, int start) {
        return start == 0
                || Character.isWhitespace(text.charAt(start - 1))
                || OPENING.indexOf(text.charAt(start - 1)) >= 0;
    }

    /** Whether the space before a word may go with it. */
    private static boolean closes(String text, int end) {
        return end == text.length()
                || Character.isWhitespace(text.charAt(end))
                || (CLOSING + MARKS).indexOf(text.charAt(end)) >= 0;
    }

    /** The only word of its clause, whose marks would meet: ", please!" */
    private static boolean isBetweenMarks(String text, Token word) {
        int before = word.start() - 1;
        while (before > 0 && text.charAt(before) == ' ') {
            before--;
        }
        int behind = word.end();
        while (behind < text.length() - 1 && text.charAt(behind) == ' ') {
            behind++;
        }
        return (before < 0 || text.charAt(before) == '\n' || MARKS.indexOf(text.charAt(before)) >= 0)
                && (behind >= text.length() || MARKS.indexOf(text.charAt(behind)) >= 0);
    }

    /** The only word between brackets or quotes, which would be left empty. */
    private static boolean isEnclosed(String text, Token word) {
        return word.start() > 0
                && word.end() < text.length()
                && OPENING.indexOf(text.charAt(word.start() - 1)) >= 0
                && CLOSING.indexOf(text.charAt(word.end())) >= 0;
    }
}
