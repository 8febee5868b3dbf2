// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.nn.MaskedLm;
import dev.graft.nn.MaskedLm.Candidate;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Asks a masked language model what may stand at places of a text. All places of all copies go through the model together.
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 * @param topK words that are drawn from, in proportion to their probability
 */
record Guesses(MaskedLm model, double alpha, int topK) {
    /** How a word is turned into a mask, and a guess into an edit. */
    interface Place {
        boolean fits(Token word);

        int from(Token word);

        int to(Token word);

        String before();

        Edit edit(Token word, String guess);
    }

    List<List<Edit>> edits(AnalyzedText text, List<RandomGenerator> randoms, Place place) {
        List<List<Token>> drawn = new ArrayList<>();
        List<String> masked = new ArrayList<>();
        boolean asks = !text.text().contains(MaskedLm.MASK);
        for (RandomGenerator random : randoms) {
            List<Token> words = asks ? text.words() : List.of();
            List<Token> chosen = Draw.shuffled(words, random).stream()
                    .filter(place::fits)
                    .limit(Draw.count(alpha, words.size()))
                    .toList();
            drawn.add(chosen);
            chosen.forEach(word -> masked.add(masked(text.text(), word, place)));
        }
        List<List<Candidate>> candidates = masked.isEmpty() ? List.of() : model.candidates(masked, topK + 1);
        List<List<Edit>> all = new ArrayList<>();
        int next = 0;
        for (int copy = 0; copy < drawn.size(); copy++) {
            List<Edit> edits = new ArrayList<>();
            for (Token word : drawn.get(copy)) {
                String guess = drawn(candidates.get(next++), text.textOf(word), randoms.get(copy));
                if (!guess.isEmpty()) {
                    edits.add(place.edit(word, guess));
                }
            }
            all.add(Draw.inOrder(edits));
        }
        return all;
    }

    /** The mask with as much of the text on either side as surely fits, cut at white space. */
    private String masked(String text, Token word, Place place) {
        int start = Math.max(0, place.from(word) - model.context());
        int end = Math.min(text.length(), place.to(word) + model.context());
        while (start > 0 && start < place.from(word) && !Character.isWhitespace(text.charAt(start - 1))) {
            start++;
        }
        while (end < text.length() && end > place.to(word) && !Character.isWhitespace(text.charAt(end))) {
            end--;
        }
        return text.substring(start, place.from(word))
                + MaskedLm.MASK
                + place.before()
                + text.substring(place.to(word), end);
    }

    /** One of the candidates but for the word itself; empty where there is none. */
    private String drawn(List<Candidate> candidates, String surface, RandomGenerator random) {
        List<Candidate> others = candidates.stream()
                .filter(candidate -> !candidate.word().equalsIgnoreCase(surface))
                .limit(topK)
                .toList();
        double at = random.nextDouble()
                * others.stream().mapToDouble(Candidate::probability).sum();
        for (Candidate candidate : others) {
            at -= candidate.probability();
            if (at < 0) {
                return candidate.word();
            }
        }
        return others.isEmpty() ? "" : others.get(others.size() - 1).word();
    }
}
