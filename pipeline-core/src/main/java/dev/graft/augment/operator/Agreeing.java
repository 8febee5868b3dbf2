// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.filter.Scores;
import dev.graft.task.SentenceEncoder;
import dev.graft.task.SentenceEncoder.Agreement;
import dev.graft.task.SentenceEncoder.Pair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds which sentences say the same.
 *
 * @param encoder which embeds, and knows what words are common
 * @param minSimilarity least cosine of the embeddings of a sentence and what comes back of it
 * @param minWordSimilarity least cosine of a token of either with the nearest one of the other
 */
record Agreeing(SentenceEncoder encoder, double minSimilarity, double minWordSimilarity) {
    /** Of the pairs that agree, how. */
    Map<Pair, Accord> accords(List<Pair> pairs) {
        Map<Pair, Accord> accords = new HashMap<>();
        agreements(pairs)
                .forEach((pair, agreement) -> Accord.of(
                                agreement.cosine(), agreement.weakest(), minSimilarity, minWordSimilarity)
                        .ifPresent(accord -> accords.put(pair, accord)));
        return accords;
    }

    /** Of each pair, how far it agrees, the same whatever is asked beside it. */
    Map<Pair, Agreement> agreements(List<Pair> pairs) {
        List<Pair> each = pairs.stream().distinct().toList();
        List<Agreement> all = encoder.agreements(each);
        Map<Pair, Agreement> agreements = new HashMap<>();
        for (int i = 0; i < each.size(); i++) {
            agreements.put(each.get(i), rounded(each.get(i), all.get(i)));
        }
        return agreements;
    }

    private Agreement rounded(Pair pair, Agreement agreement) {
        return new Agreement(
                Scores.rounded(agreement.cosine(), () -> alone(pair).cosine()),
                Scores.rounded(agreement.weakest(), () -> alone(pair).weakest()));
    }

    private Agreement alone(Pair pair) {
        return encoder.agreements(List.of(pair)).get(0);
    }
}
