// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.parts.Rewording;
import dev.graft.augment.parts.Rewriting;
import dev.graft.task.SentenceEncoder.Agreement;
import dev.graft.task.SentenceEncoder.Pair;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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

    /**
     * A change of a sentence.
     *
     * @param votes how many of the answers make it
     * @param alone the sentence, and the sentence with this change alone
     */
    private record Candidate(Rewording change, int votes, Pair alone) {}

    /**
     * What may be changed of a sentence.
     *
     * @param answers how many there are
     * @param sayings the changes that say the same wherever they stand
     * @param candidates the others that leave no fault
     */
    private record Tried(Rewriting rewriting, int answers, List<Rewording> sayings, List<Candidate> candidates) {}

    /**
     * Changes that go with each other, what most answers agree on first.
     *
     * @param pair the sentence, and the sentence with them; nothing where there are none
     */
    private record Together(List<Rewording> changes, Optional<Pair> pair) {
        static final Together NONE = new Together(List.of(), Optional.empty());
    }

    @Override
    public List<Optional<String>> of(List<Answered> sentences) {
        List<Tried> tried = sentences.stream().map(this::tried).toList();
        Map<Pair, Agreement> agreements = agreeing.agreements(tried.stream()
                .flatMap(each -> each.candidates.stream())
                .map(Candidate::alone)
                .toList());
        List<Together> together =
                tried.stream().map(each -> together(each, agreements)).toList();
        Map<Pair, Accord> accords = agreeing.accords(
                together.stream().flatMap(each -> each.pair.stream()).toList());
        List<Optional<String>> chosen = new ArrayList<>();
        for (int i = 0; i < tried.size(); i++) {
            Together all = together.get(i);
            boolean held = all.pair.isEmpty() || accords.containsKey(all.pair.get());
            chosen.add(said(tried.get(i), held ? all.changes : all.changes.subList(0, 1)));
        }
        return chosen;
    }

    private Tried tried(Answered sentence) {
        Rewriting rewriting = sentence.rewriting();
        String question = rewriting.question();
        List<String> answers = sentence.answers().stream().distinct().toList();
        Set<Rewording> sayings = new LinkedHashSet<>();
        Map<Rewording, Integer> votes = new LinkedHashMap<>();
        answers.stream()
                .flatMap(answer -> Rewording.between(question, answer).stream())
                .forEach(change -> {
                    sayings.addAll(change.sayings(question));
                    change.words(question).forEach(word -> votes.merge(word, 1, Integer::sum));
                });
        List<Candidate> candidates = new ArrayList<>();
        votes.forEach((change, count) -> changed(rewriting, List.of(change))
                .ifPresent(pair -> candidates.add(new Candidate(change, count, pair))));
        return new Tried(rewriting, answers.size(), List.copyOf(sayings), candidates);
    }

    /** All good changes that go with each other and together leave no fault. */
    private Together together(Tried tried, Map<Pair, Agreement> agreements) {
        List<Rewording> good = tried.candidates.stream()
                .filter(each -> isGood(tried, each, Objects.requireNonNull(agreements.get(each.alone))))
                .sorted(Comparator.comparing(each -> -each.votes))
                .map(Candidate::change)
                .toList();
        Together together = Together.NONE;
        for (Rewording change : good) {
            List<Rewording> more = with(together.changes, change);
            Optional<Pair> pair = changed(tried.rewriting, more);
            if (pair.isPresent()) {
                together = new Together(more, pair);
            }
        }
        return together;
    }

    private static List<Rewording> with(List<Rewording> changes, Rewording more) {
        return changes.stream().allMatch(more::goesWith)
                ? Stream.concat(changes.stream(), Stream.of(more)).toList()
                : changes;
    }

    /** With the sayings, too. */
    private static Optional<String> said(Tried tried, List<Rewording> words) {
        List<Rewording> changes = words;
        for (Rewording saying : tried.sayings) {
            changes = with(changes, saying);
        }
        return changes.isEmpty()
                ? Optional.empty()
                : tried.rewriting.reworded(Rewording.applied(tried.rewriting.question(), changes));
    }

    private boolean isGood(Tried tried, Candidate candidate, Agreement agreement) {
        double weakest = agreement.weakest();
        double least = agreeing.minWordSimilarity();
        double share = (double) candidate.votes / tried.answers;
        boolean near = candidate.change.isFamiliar(tried.rewriting.question())
                ? weakest >= least
                : weakest >= NEAR || weakest >= least + STRANGE && share >= SHARE;
        return near && agreement.cosine() >= agreeing.minSimilarity();
    }

    private Optional<Pair> changed(Rewriting rewriting, List<Rewording> changes) {
        return rewriting
                .answered(Rewording.applied(rewriting.question(), changes), agreeing.encoder()::knows)
                .map(back -> new Pair(rewriting.source(), back));
    }
}
