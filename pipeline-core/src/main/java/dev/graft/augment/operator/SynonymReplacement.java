// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.augment.parts.Casing;
import dev.graft.augment.parts.Fluency;
import dev.graft.augment.parts.Fluency.Change;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Article;
import dev.graft.text.Token;
import dev.graft.text.wordnet.Synonym;
import dev.graft.text.wordnet.WordNet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Replaces words by synonyms in the same form (EDA, Wei & Zou 2019, section 2: synonym replacement). "I bought an old
 * phone." becomes "I purchased an old phone." Where EDA takes any word's any synonym of WordNet, these are pairs that hold
 * in nearly any sentence, and a place has one or stays. Where EDA draws the places, here a place is taken for its best word: in
 * proportion to how surely word and synonym mean what they share ({@link Synonym#fit}), so that copies still differ. Where a
 * language model is named, causal or masked, it decides among these and WordNet's synonyms of the word's first sense: what makes the
 * sentence, or the words that change, less likely by more than a bound is out, and the rest count in proportion to how likely they are.
 *
 * @param alpha share of the words to replace, from 0 to 1; at least one unless it is 0
 * @param fluency the language model
 */
record SynonymReplacement(WordNet wordNet, double alpha, Optional<Fluency> fluency) implements Augmenter {
    /** What a word's fit is worth where the text says the word again: "a lady laughs, another woman looks on". */
    private static final double REPEATED = 0.3;

    /** Tokens within which a word is not said twice. */
    private static final int NEAR = 12;

    SynonymReplacement {
        WordEdits.share("synonym-replacement", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = WordEdits.alpha(section);
        Optional<Function<Resources, Fluency>> fluency = Fluency.read(section);
        return resources ->
                new SynonymReplacement(resources.wordNet(), alpha, fluency.map(each -> each.apply(resources)));
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return edits(text, List.of(random)).get(0);
    }

    @Override
    public List<List<Edit>> edits(AnalyzedText text, List<RandomGenerator> randoms) {
        List<Fitting> fitting = fitting(List.of(text)).get(0);
        return randoms.stream().map(random -> chosen(text, fitting, random)).toList();
    }

    /** The model reads the sentences of all documents together. */
    @Override
    public List<List<Proposal>> proposals(List<Asked> documents) {
        try {
            List<List<Fitting>> fitting =
                    fitting(documents.stream().map(Asked::text).toList());
            List<List<Proposal>> all = new ArrayList<>();
            for (int i = 0; i < documents.size(); i++) {
                AnalyzedText text = documents.get(i).text();
                List<Proposal> copies = new ArrayList<>();
                for (RandomGenerator random : documents.get(i).randoms()) {
                    copies.add(Proposal.of(chosen(text, fitting.get(i), random)));
                }
                all.add(copies);
            }
            return all;
        } catch (RuntimeException ofSome) {
            return documents.stream()
                    .map(each -> Proposal.each(each, this::proposal))
                    .toList();
        }
    }

    /**
     * A word of a text, and what may stand for it.
     *
     * @param gain logarithm of how much it is worth: of its fit, or of how much likelier the model has the sentence with it
     */
    private record Fitting(Edit edit, double gain) {}

    private List<List<Fitting>> fitting(List<AnalyzedText> texts) {
        return fluency.isPresent()
                ? admitted(fluency.get(), texts)
                : texts.stream().map(this::listed).toList();
    }

    /** The pairs that hold in nearly any sentence. */
    private List<Fitting> listed(AnalyzedText text) {
        List<Fitting> fitting = new ArrayList<>();
        for (Token word : text.taggedWords()) {
            int token = index(text.tokens(), word.start());
            for (Synonym synonym : wordNet.interchangeable(text, token)) {
                double fit = synonym.fit() * (isRepeated(text, token) ? REPEATED : 1);
                edit(text, token, synonym.word()).ifPresent(edit -> fitting.add(new Fitting(edit, Math.log(fit))));
            }
        }
        return fitting;
    }

    /** What the model admits, for each text. */
    private List<List<Fitting>> admitted(Fluency model, List<AnalyzedText> texts) {
        List<List<Edit>> candidates = texts.stream().map(this::candidates).toList();
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            AnalyzedText text = texts.get(i);
            candidates.get(i).forEach(edit -> changes.add(new Change(text, withArticles(text, List.of(edit)))));
        }
        double[] gains = model.gains(changes);
        List<List<Fitting>> all = new ArrayList<>();
        int at = 0;
        for (List<Edit> edits : candidates) {
            List<Fitting> fitting = new ArrayList<>();
            for (Edit edit : edits) {
                double gain = gains[at++];
                if (model.admits(gain)) {
                    fitting.add(new Fitting(edit, gain));
                }
            }
            all.add(fitting);
        }
        return all;
    }

    private List<Edit> candidates(AnalyzedText text) {
        List<Edit> edits = new ArrayList<>();
        for (Token word : text.taggedWords()) {
            int token = index(text.tokens(), word.start());
            for (String synonym : wordNet.candidates(text, token)) {
                edit(text, token, synonym).ifPresent(edits::add);
            }
        }
        return edits;
    }

    /** Some, the better the sooner: the largest of their gains with Gumbel noise, one a word. */
    private List<Edit> chosen(AnalyzedText text, List<Fitting> fitting, RandomGenerator random) {
        int wanted = WordEdits.count(alpha, text.taggedWords().size());
        double[] keys = fitting.stream()
                .mapToDouble(each -> each.gain - Math.log(-Math.log(random.nextDouble() * (1 - 1e-9) + 1e-10)))
                .toArray();
        List<Integer> order = IntStream.range(0, keys.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -keys[i]))
                .toList();
        List<Edit> edits = new ArrayList<>();
        for (int i : order) {
            Edit edit = fitting.get(i).edit;
            boolean taken = edits.stream()
                    .anyMatch(each ->
                            each.start() == edit.start() || each.replacement().equalsIgnoreCase(edit.replacement()));
            if (edits.size() < wanted && !taken) {
                edits.add(edit);
            }
        }
        return withArticles(text, WordEdits.inOrder(edits));
    }

    /** Nothing in a greeting, a signature or a heading, beside the same word, or behind an article that it would spoil. */
    private static Optional<Edit> edit(AnalyzedText text, int token, String synonym) {
        Token word = text.tokens().get(token);
        Edit edit = new Edit(word.start(), word.end(), Casing.like(synonym, text.textOf(word)));
        boolean spoilt = isFixed(text, word) || isNear(text, token, synonym) || spoilsAnArticle(text, token, edit);
        return spoilt ? Optional.empty() : Optional.of(edit);
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

    private static boolean isRepeated(AnalyzedText text, int token) {
        Token word = text.tokens().get(token);
        int length = word.end() - word.start();
        return text.tokens().stream()
                .anyMatch(other -> other != word
                        && other.end() - other.start() == length
                        && text.text().regionMatches(true, other.start(), text.text(), word.start(), length));
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
