// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.objective;

import dev.graft.nn.Pass;
import dev.graft.random.Seeds;
import dev.graft.train.Figures;
import dev.graft.train.Objective;
import dev.graft.train.data.LabelledTokens;
import dev.graft.train.data.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Words that are hidden, given those around them (Devlin et al. 2019, section 3.1): of the words that are drawn, 80 % are masked,
 * 10 % are replaced by random tokens and 10 % stay. A word is drawn with all its tokens (whole-word masking, Cui et al. 2019).
 * Each step draws anew (Liu et al. 2019, section 4.1); an evaluation draws the same each time.
 *
 * @param tokens the class of a token is its id
 * @param mask id of the token that hides one
 * @param vocabulary ids of the random tokens are less than this
 * @param rate share of the words that are drawn, more than 0 and up to 1
 */
public record MaskedWords(TokenClassification tokens, long mask, int vocabulary, double rate)
        implements Objective<Words> {
    public MaskedWords {
        if (!(rate > 0 && rate <= 1)) {
            throw new IllegalArgumentException("rate is " + rate + "; allowed is more than 0 and up to 1");
        }
    }

    @Override
    public Words drawn(Words row, long seed) {
        RandomGenerator random = Seeds.random(seed);
        List<Integer> words = new ArrayList<>();
        Arrays.stream(row.words())
                .filter(word -> word != Words.SPECIAL)
                .distinct()
                .forEach(words::add);
        for (int i = words.size() - 1; i > 0; i--) {
            Collections.swap(words, i, random.nextInt(i + 1));
        }
        long[] ids = row.ids().clone();
        long[] labels = new long[ids.length];
        Arrays.fill(labels, LabelledTokens.NONE);
        for (int word : words.subList(0, words.isEmpty() ? 0 : (int) Math.max(1, Math.round(rate * words.size())))) {
            double way = random.nextDouble();
            for (int i = 0; i < ids.length; i++) {
                if (row.words()[i] == word) {
                    labels[i] = ids[i];
                    ids[i] = way < 0.8 ? mask : way < 0.9 ? random.nextInt(vocabulary) : ids[i];
                }
            }
        }
        return new Words(row.id(), ids, row.words(), labels);
    }

    @Override
    public double learn(List<Words> rows, double share, Pass pass) {
        return tokens.learn(rows, share, pass);
    }

    @Override
    public Figures evaluate(List<Words> rows) {
        List<Words> hidden = new ArrayList<>();
        for (Words row : rows) {
            hidden.add(drawn(row, Seeds.of(0, row.id(), "evaluation", 0)));
        }
        Figures figures = tokens.evaluate(hidden);
        return new Figures(
                figures.loss(),
                Map.of(
                        "pseudo-perplexity",
                        Math.exp(figures.loss()),
                        "token-accuracy",
                        figures.others().getOrDefault("token-accuracy", 0.0)));
    }
}
