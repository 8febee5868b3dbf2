// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.parts;

import dev.graft.augment.Edit;
import dev.graft.augment.Resources;
import dev.graft.config.Settings;
import dev.graft.random.Draw;
import dev.graft.task.MaskedLm;
import dev.graft.task.MaskedLm.Blank;
import dev.graft.task.MaskedLm.Guess;
import dev.graft.text.AnalyzedText;
import dev.graft.text.Token;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
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
public record Guesses(MaskedLm model, double alpha, int topK, boolean replaces) {
    public Guesses {
        WordEdits.share("contextual", "alpha", alpha);
    }

    /** Reads {@code alpha}, {@code model} (a folder) and {@code top-k}. */
    public static Function<Resources, Guesses> read(Settings section, boolean replaces) {
        double alpha = WordEdits.alpha(section);
        Path model = section.model("model");
        section.check("model", model, MaskedLm::require);
        int topK = section.integer("top-k", 10, 1, 1000);
        return resources -> new Guesses(resources.maskedLm(model), alpha, topK, replaces);
    }

    /**
     * The edits of each copy.
     *
     * @param fits the words whose places may be asked for
     */
    public List<List<Edit>> edits(AnalyzedText text, List<RandomGenerator> randoms, Predicate<Token> fits) {
        List<List<Token>> places = new ArrayList<>();
        List<List<Blank>> blanks = new ArrayList<>();
        for (RandomGenerator random : randoms) {
            List<Token> chosen = Draw.shuffled(text.words(), random).stream()
                    .filter(fits)
                    .limit(WordEdits.count(alpha, text.words().size()))
                    .sorted(Comparator.comparingInt(Token::start))
                    .toList();
            places.add(chosen);
            blanks.add(chosen.stream()
                    .map(word -> new Blank(word.start(), replaces ? word.end() : word.start()))
                    .toList());
        }
        List<List<List<Guess>>> guesses = model.guesses(text.text(), blanks, topK + 1);
        List<List<Edit>> all = new ArrayList<>();
        for (int copy = 0; copy < places.size(); copy++) {
            List<Edit> edits = new ArrayList<>();
            for (int i = 0; i < places.get(copy).size(); i++) {
                Token word = places.get(copy).get(i);
                String guess = drawn(guesses.get(copy).get(i), text.textOf(word), randoms.get(copy));
                if (!guess.isEmpty()) {
                    edits.add(
                            replaces
                                    ? new Edit(word.start(), word.end(), Casing.like(guess, text.textOf(word)))
                                    : Places.before(text, word, guess));
                }
            }
            all.add(edits);
        }
        return all;
    }

    /** One of the candidates but for the word itself; empty where there is none. */
    private String drawn(List<Guess> candidates, String surface, RandomGenerator random) {
        List<Guess> others = candidates.stream()
                .filter(candidate -> !candidate.word().equalsIgnoreCase(surface))
                .limit(topK)
                .toList();
        double at = random.nextDouble()
                * others.stream().mapToDouble(Guess::probability).sum();
        for (Guess candidate : others) {
            at -= candidate.probability();
            if (at < 0) {
                return candidate.word();
            }
        }
        return others.isEmpty() ? "" : others.get(others.size() - 1).word();
    }
}
