// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Casing;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.random.Draw;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Article;
import dev.graft.text.Token;
import dev.graft.text.wordnet.WordNet;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Replaces words by synonyms in the same form (EDA, Wei & Zou 2019, section 2: synonym replacement). "I bought an old
 * phone." becomes "I purchased an old telephone." Where EDA takes any word's any synonym of WordNet, these are pairs that hold
 * in nearly any sentence, and a place has one or stays.
 *
 * @param alpha share of the words to replace, from 0 to 1; at least one unless it is 0
 */
record SynonymReplacement(WordNet wordNet, double alpha) implements Augmenter {
    /** Tokens within which a word is not said twice. */
    private static final int NEAR = 12;

    SynonymReplacement {
        WordEdits.share("synonym-replacement", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        return resources -> new SynonymReplacement(resources.wordNet(), alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Edit> edits = WordEdits.some(text.taggedWords(), alpha, random, (word, draw) -> edit(text, word, draw));
        return withArticles(text, edits);
    }

    private @Nullable Edit edit(AnalyzedText text, Token word, RandomGenerator random) {
        int token = index(text.tokens(), word.start());
        List<String> synonyms = wordNet.interchangeable(text, token);
        if (synonyms.isEmpty() || isFixed(text, word)) {
            return null;
        }
        String synonym = Draw.one(synonyms, random);
        Edit edit = new Edit(word.start(), word.end(), Casing.like(synonym, text.textOf(word)));
        boolean spoilt = isNear(text, token, synonym) || spoilsAnArticle(text, token, edit);
        return spoilt ? null : edit;
    }

    /** Greetings, signatures and headings are no sentences. */
    private static boolean isFixed(AnalyzedText text, Token word) {
        List<Span> fixed = text.fixed();
        int from = 0;
        int to = fixed.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (fixed.get(middle).end() <= word.start()) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from < fixed.size() && fixed.get(from).overlaps(word.start(), word.end());
    }

    /** "stores and shops": the synonym stands there already. */
    private static boolean isNear(AnalyzedText text, int token, String synonym) {
        List<Token> tokens = text.tokens();
        for (int i = Math.max(0, token - NEAR); i < Math.min(tokens.size(), token + NEAR + 1); i++) {
            Token other = tokens.get(i);
            if (other.end() - other.start() >= synonym.length()
                    && text.text().regionMatches(true, other.start(), synonym, 0, synonym.length())) {
                return true;
            }
        }
        return false;
    }

    private static int index(List<Token> tokens, int start) {
        int from = 0;
        int to = tokens.size() - 1;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (tokens.get(middle).start() < start) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /** Whether the article before would be wrong and may not be touched. */
    private static boolean spoilsAnArticle(AnalyzedText text, int token, Edit edit) {
        String mended = token == 0 ? "" : article(text, text.tokens().get(token - 1), edit.replacement());
        return !mended.isEmpty()
                && text.isProtected(
                        text.tokens().get(token - 1).start(),
                        text.tokens().get(token - 1).end());
    }

    /** "a" for "an" or the other way, where {@code before} is the wrong one; otherwise nothing. */
    private static String article(AnalyzedText text, Token before, String next) {
        int length = before.end() - before.start();
        char first = text.text().charAt(before.start());
        if (length > 2
                || (first != 'a' && first != 'A')
                || (length == 2 && !isN(text.text().charAt(before.end() - 1)))) {
            return "";
        }
        boolean an = Article.isAn(next);
        return an == (length == 2) ? "" : an ? first + "n" : String.valueOf(first);
    }

    private static boolean isN(char c) {
        return c == 'n' || c == 'N';
    }

    private static List<Edit> withArticles(AnalyzedText text, List<Edit> edits) {
        List<Edit> mended = new ArrayList<>(edits.size() + 1);
        List<Token> tokens = text.tokens();
        for (Edit edit : edits) {
            int token = index(tokens, edit.start());
            if (token > 0) {
                Token before = tokens.get(token - 1);
                String article = article(text, before, edit.replacement());
                if (!article.isEmpty()) {
                    mended.add(new Edit(before.start(), before.end(), article));
                }
            }
            mended.add(edit);
        }
        return mended;
    }
}
