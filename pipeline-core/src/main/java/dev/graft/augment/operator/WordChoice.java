// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.parts.Rewording;
import dev.graft.augment.parts.Rewriting;
import dev.graft.task.SentenceEncoder.Agreement;
import dev.graft.task.SentenceEncoder.Pair;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Of all answers, the words that hold by themselves: each change is tried alone, and those that say the same are made together,
 * first what most answers agree on. What else an answer does to a sentence, right or wrong, is left.
 */
record WordChoice(Agreeing agreeing) implements Choice {
    /** By how much nearer two words must be where WordNet knows no sense that both have. */
    private static final double STRANGE = 0.08;
    /** The least share of the answers that make such a change, but of one so near that a single answer will do. */
    private static final double SHARE = 0.08;

    private static final double NEAR = 0.8;

    @Override
    public List<Optional<String>> of(List<Answered> sentences) {
        List<Map<Rewording, Integer>> votes =
                sentences.stream().map(WordChoice::votes).toList();
        List<Map<Rewording, Pair>> alone = new ArrayList<>();
        for (int i = 0; i < sentences.size(); i++) {
            Rewriting rewriting = sentences.get(i).rewriting();
            Map<Rewording, Pair> pairs = new LinkedHashMap<>();
            for (Rewording change : votes.get(i).keySet()) {
                changed(rewriting, List.of(change)).ifPresent(pair -> pairs.put(change, pair));
            }
            alone.add(pairs);
        }
        Map<Pair, Agreement> agreements = agreeing.agreements(
                alone.stream().flatMap(each -> each.values().stream()).toList());
        List<Optional<Pair>> together = new ArrayList<>();
        for (int i = 0; i < sentences.size(); i++) {
            Map<Rewording, Integer> count = votes.get(i);
            Rewriting rewriting = sentences.get(i).rewriting();
            double all = sentences.get(i).answers().stream().distinct().count();
            List<Rewording> good = alone.get(i).entrySet().stream()
                    .filter(each -> isGood(
                            rewriting, each.getKey(), count.get(each.getKey()) / all, agreements.get(each.getValue())))
                    .map(Map.Entry::getKey)
                    .sorted(Comparator.comparing(change -> -count.get(change)))
                    .toList();
            together.add(together(rewriting, good));
        }
        Map<Pair, Accord> accords =
                agreeing.accords(together.stream().flatMap(Optional::stream).toList());
        return together.stream()
                .map(pair -> pair.filter(accords::containsKey).map(Pair::other))
                .toList();
    }

    /** The changes of all answers that may hold by themselves, and how many answers make each. */
    private static Map<Rewording, Integer> votes(Answered sentence) {
        String question = sentence.rewriting().question();
        Map<Rewording, Integer> votes = new LinkedHashMap<>();
        sentence.answers().stream()
                .distinct()
                .flatMap(answer -> Rewording.between(question, answer).stream())
                .filter(change -> change.holdsAlone(question))
                .forEach(change -> votes.merge(change, 1, Integer::sum));
        return votes;
    }

    private boolean isGood(Rewriting rewriting, Rewording change, double share, Agreement agreement) {
        double weakest = agreement.weakest();
        boolean near = change.isFamiliar(rewriting.question())
                ? weakest >= agreeing.minWordSimilarity()
                : weakest >= NEAR || share >= SHARE && weakest >= agreeing.minWordSimilarity() + STRANGE;
        return near && agreement.cosine() >= agreeing.minSimilarity();
    }

    private Optional<Pair> together(Rewriting rewriting, List<Rewording> good) {
        List<Rewording> made = new ArrayList<>();
        Optional<Pair> pair = Optional.empty();
        for (Rewording change : good) {
            if (made.stream().allMatch(change::goesWith)) {
                made.add(change);
                Optional<Pair> more = changed(rewriting, made);
                if (more.isPresent()) {
                    pair = more;
                } else {
                    made.remove(change);
                }
            }
        }
        return pair;
    }

    private Optional<Pair> changed(Rewriting rewriting, List<Rewording> changes) {
        return rewriting
                .answered(Rewording.applied(rewriting.question(), changes), agreeing.encoder()::knows)
                .map(back -> new Pair(rewriting.source(), back));
    }
}
