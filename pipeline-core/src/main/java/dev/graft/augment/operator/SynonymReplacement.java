// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.Casing;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.nn.SentenceEncoder;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Article;
import dev.graft.text.StopWords;
import dev.graft.text.Token;
import dev.graft.text.wordnet.Sense;
import dev.graft.text.wordnet.WordNet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Replaces words by synonyms in the same form (EDA, Wei & Zou 2019, section 2: synonym replacement). "I bought an old
 * phone." becomes "I purchased an old telephone."
 *
 * @param alpha share of the words to replace, from 0 to 1; at least one unless it is 0
 * @param choice which sense of a word its synonyms are of
 * @param encoder tells which sense leaves the text nearest to what it was; then {@code choice} does not matter
 */
record SynonymReplacement(WordNet wordNet, double alpha, Choice choice, Optional<SentenceEncoder> encoder)
        implements Augmenter {
    /** How the sense of a word is chosen. */
    enum Choice {
        /** The one whose definition and examples have most in common with the sentence. */
        CONTEXT,
        /** The most frequent one. */
        FIRST
    }

    /** Senses that are compared by the encoder. */
    private static final int COMPARED = 8;

    SynonymReplacement {
        WordEdits.share("synonym-replacement", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        Choice choice = section.choice("sense", Choice.class, Choice.CONTEXT);
        boolean similarity = section.flag("similarity", false);
        return resources -> new SynonymReplacement(
                resources.wordNet(), alpha, choice, similarity ? Optional.of(resources.encoder()) : Optional.empty());
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Edit> edits = WordEdits.some(text.taggedWords(), alpha, random, (word, draw) -> edit(text, word, draw));
        return withArticles(text, edits);
    }

    private @Nullable Edit edit(AnalyzedText text, Token word, RandomGenerator random) {
        String surface = text.textOf(word);
        if (StopWords.contains(surface)) {
            return null;
        }
        int token = index(text.tokens(), word.start());
        List<Sense> senses = wordNet.senses(text, token);
        Sense sense = senses.isEmpty() ? null : sense(text, word, token, senses);
        if (sense == null || sense.synonyms().isEmpty()) {
            return null;
        }
        Edit edit = new Edit(word.start(), word.end(), Casing.like(sense.draw(random), surface));
        boolean spoilt = repeatsANeighbour(text, token, edit.replacement())
                || spoilsAnArticle(text, token, edit)
                || partsAPronoun(text, token, edit);
        return spoilt ? null : edit;
    }

    private @Nullable Sense sense(AnalyzedText text, Token word, int token, List<Sense> senses) {
        if (encoder.isPresent()) {
            return nearest(encoder.get(), text.text(), word, senses);
        }
        return switch (choice) {
            case CONTEXT -> wordNet.inContext(text, token, senses);
            case FIRST -> senses.get(0);
        };
    }

    /** The sense whose likeliest synonym changes the text's embedding least. */
    private static @Nullable Sense nearest(SentenceEncoder encoder, String text, Token word, List<Sense> senses) {
        List<Sense> compared = new ArrayList<>();
        List<String> texts = new ArrayList<>(List.of(text));
        for (Sense sense : senses) {
            if (!sense.synonyms().isEmpty() && compared.size() < COMPARED) {
                compared.add(sense);
                texts.add(Edit.apply(text, List.of(new Edit(word.start(), word.end(), sense.likeliest()))));
            }
        }
        if (compared.size() < 2) {
            return compared.isEmpty() ? null : compared.get(0);
        }
        List<float[]> embeddings = encoder.embed(texts);
        Sense best = compared.get(0);
        double most = -1;
        for (int i = 0; i < compared.size(); i++) {
            double similarity = SentenceEncoder.cosine(embeddings.get(0), embeddings.get(i + 1));
            if (similarity > most) {
                best = compared.get(i);
                most = similarity;
            }
        }
        return best;
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

    /** "debit card card": a synonym of several words may begin or end with the word beside it. */
    private static boolean repeatsANeighbour(AnalyzedText text, int token, String replacement) {
        List<Token> tokens = text.tokens();
        return (token > 0 && repeats(text, tokens.get(token - 1), replacement, true))
                || (token + 1 < tokens.size() && repeats(text, tokens.get(token + 1), replacement, false));
    }

    private static boolean repeats(AnalyzedText text, Token neighbour, String replacement, boolean before) {
        int length = neighbour.end() - neighbour.start();
        int rest = replacement.length() - length;
        int at = before ? 0 : rest;
        return rest >= 0
                && replacement.regionMatches(true, at, text.text(), neighbour.start(), length)
                && (rest == 0 || replacement.charAt(before ? length : rest - 1) == ' ');
    }

    /** "turned down it" */
    private static boolean partsAPronoun(AnalyzedText text, int token, Edit edit) {
        List<Token> tokens = text.tokens();
        return edit.replacement().indexOf(' ') >= 0
                && tokens.get(token).tag().equals("VERB")
                && token + 1 < tokens.size()
                && tokens.get(token + 1).tag().equals("PRON");
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
