// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Inflection;
import dev.graft.text.StopWords;
import dev.graft.text.Token;
import dev.graft.text.WordNet;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Replaces words by synonyms in the same form (EDA, Wei & Zou 2019, section 2: synonym replacement). "I bought an old
 * phone." becomes "I purchased an old telephone."
 *
 * @param alpha share of the words to replace, from 0 to 1; at least one unless it is 0
 */
record SynonymReplacement(WordNet wordNet, double alpha) implements Augmenter {
    SynonymReplacement {
        Draw.share("synonym-replacement", "alpha", alpha);
    }

    static Step.Factory read(Settings section) {
        double alpha = Draw.alpha(section);
        return resources -> new SynonymReplacement(resources.wordNet(), alpha);
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Token> words = text.taggedWords();
        int wanted = Draw.count(alpha, words.size());
        List<Edit> edits = new ArrayList<>();
        for (Token word : Draw.shuffled(words, random)) {
            if (edits.size() == wanted) {
                break;
            }
            String surface = text.textOf(word);
            List<String> synonyms = StopWords.contains(surface) ? List.of() : wordNet.synonyms(surface, word.tag());
            if (!synonyms.isEmpty()) {
                edits.add(new Edit(word.start(), word.end(), Casing.like(Draw.one(synonyms, random), surface)));
            }
        }
        return withArticles(text, Draw.inOrder(edits));
    }

    /** Mends "a" and "an" where the word behind changed its first sound. */
    private static List<Edit> withArticles(AnalyzedText text, List<Edit> edits) {
        List<Edit> mended = new ArrayList<>();
        List<Token> tokens = text.tokens();
        int at = 0;
        for (Edit edit : edits) {
            while (tokens.get(at).start() < edit.start()) {
                at++;
            }
            if (at > 0
                    && !text.isProtected(
                            tokens.get(at - 1).start(), tokens.get(at - 1).end())) {
                Token before = tokens.get(at - 1);
                String article = text.textOf(before);
                String right = Inflection.takesAn(edit.replacement()) ? "an" : "a";
                String cased = Character.isUpperCase(article.charAt(0)) ? "A" + right.substring(1) : right;
                if ((article.equalsIgnoreCase("a") || article.equalsIgnoreCase("an")) && !cased.equals(article)) {
                    mended.add(new Edit(before.start(), before.end(), cased));
                }
            }
            mended.add(edit);
        }
        return mended;
    }
}
