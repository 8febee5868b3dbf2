// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.config.Settings;
import dev.graft.nn.MaskedLm;
import dev.graft.nn.MaskedLm.Candidate;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Asks a masked language model what may stand at places of a text. All places of all copies go through the model together.
 *
 * @param alpha share of the words to change, from 0 to 1; at least one unless it is 0
 * @param replaces whether a guess takes the place of a word or stands before it
 * @param topK words that are drawn from, in proportion to their probability
 */
record Guesses(MaskedLm model, double alpha, int topK, boolean replaces) {
    Guesses {
        Draw.share("contextual", "alpha", alpha);
    }

    /** Reads {@code alpha}, {@code model} (a folder) and {@code top-k}. */
    static Function<Resources, Guesses> read(Settings section, boolean replaces) {
        double alpha = Draw.alpha(section);
        Path model = section.folder("model");
        int topK = section.integer("top-k", 10, 1, 1000);
        return resources -> new Guesses(resources.maskedLm(model), alpha, topK, replaces);
    }

    /**
     * The edits of each copy.
     *
     * @param fits the words whose places may be asked for
     */
    List<List<Edit>> edits(AnalyzedText text, List<RandomGenerator> randoms, Predicate<Token> fits) {
        List<List<Token>> drawn = new ArrayList<>();
        List<String> masked = new ArrayList<>();
        boolean asks = !text.text().contains(MaskedLm.MASK);
        for (RandomGenerator random : randoms) {
            List<Token> words = asks ? text.words() : List.of();
            List<Token> chosen = Draw.shuffled(words, random).stream()
                    .filter(fits)
                    .limit(Draw.count(alpha, words.size()))
                    .toList();
            drawn.add(chosen);
            chosen.forEach(word -> masked.add(masked(text.text(), word)));
        }
        List<List<Candidate>> candidates = masked.isEmpty() ? List.of() : model.candidates(masked, topK + 1);
        List<List<Edit>> all = new ArrayList<>();
        int next = 0;
        for (int copy = 0; copy < drawn.size(); copy++) {
            List<Edit> edits = new ArrayList<>();
            for (Token word : drawn.get(copy)) {
                String guess = drawn(candidates.get(next++), text.textOf(word), randoms.get(copy));
                if (!guess.isEmpty()) {
                    edits.add(
                            replaces
                                    ? new Edit(word.start(), word.end(), Casing.like(guess, text.textOf(word)))
                                    : new Edit(word.start(), word.start(), guess + " "));
                }
            }
            all.add(Draw.inOrder(edits));
        }
        return all;
    }

    /** The mask with as much of the text on either side as surely fits, cut at white space. */
    private String masked(String text, Token word) {
        int to = replaces ? word.end() : word.start();
        int start = Math.max(0, word.start() - model.context());
        int end = Math.min(text.length(), to + model.context());
        while (start > 0 && start < word.start() && !Character.isWhitespace(text.charAt(start - 1))) {
            start++;
        }
        while (end < text.length() && end > to && !Character.isWhitespace(text.charAt(end))) {
            end--;
        }
        return text.substring(start, word.start()) + MaskedLm.MASK + (replaces ? "" : " ") + text.substring(to, end);
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
