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
import java.util.Objects;
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
     * @param candidates the changes that leave no fault
     */
    private record Tried(Rewriting rewriting, int answers, List<Candidate> candidates) {}

    @Override
    public List<Optional<String>> of(List<Answered> sentences) {
        List<Tried> tried = sentences.stream().map(this::tried).toList();
        Map<Pair, Agreement> agreements = agreeing.agreements(tried.stream()
                .flatMap(each -> each.candidates.stream())
                .map(Candidate::alone)
                .toList());
        List<Optional<Pair>> together =
                tried.stream().map(each -> together(each, agreements)).toList();
        Map<Pair, Accord> accords =
                agreeing.accords(together.stream().flatMap(Optional::stream).toList());
        return together.stream()
                .map(pair -> pair.filter(accords::containsKey).map(Pair::other))
                .toList();
    }

    private Tried tried(Answered sentence) {
        Rewriting rewriting = sentence.rewriting();
        String question = rewriting.question();
        List<String> answers = sentence.answers().stream().distinct().toList();
        Map<Rewording, Integer> votes = new LinkedHashMap<>();
        answers.stream()
                .flatMap(answer -> Rewording.between(question, answer).stream())
                .filter(change -> change.holdsAlone(question))
                .forEach(change -> votes.merge(change, 1, Integer::sum));
        List<Candidate> candidates = new ArrayList<>();
        votes.forEach((change, count) -> changed(rewriting, List.of(change))
                .ifPresent(pair -> candidates.add(new Candidate(change, count, pair))));
        return new Tried(rewriting, answers.size(), candidates);
    }

    /** The sentence with all good changes that go with each other and together leave no fault. */
    private Optional<Pair> together(Tried tried, Map<Pair, Agreement> agreements) {
        List<Rewording> good = tried.candidates.stream()
                .filter(each -> isGood(tried, each, Objects.requireNonNull(agreements.get(each.alone))))
                .sorted(Comparator.comparing(each -> -each.votes))
                .map(Candidate::change)
                .toList();
        List<Rewording> made = new ArrayList<>();
        Optional<Pair> pair = Optional.empty();
        for (Rewording change : good) {
            if (made.stream().allMatch(change::goesWith)) {
                made.add(change);
                Optional<Pair> more = changed(tried.rewriting, made);
                if (more.isPresent()) {
                    pair = more;
                } else {
                    made.remove(change);
                }
            }
        }
        return pair;
    }

    private boolean isGood(Tried tried, Candidate candidate, Agreement agreement) {
        double weakest = agreement.weakest();
        double least = agreeing.minWordSimilarity();
        boolean near = candidate.change.isFamiliar(tried.rewriting.question())
                ? weakest >= least
                : weakest >= NEAR || weakest >= least + STRANGE && candidate.votes >= SHARE * tried.answers;
        return near && agreement.cosine() >= agreeing.minSimilarity();
    }

    private Optional<Pair> changed(Rewriting rewriting, List<Rewording> changes) {
        return rewriting
                .answered(Rewording.applied(rewriting.question(), changes), agreeing.encoder()::knows)
                .map(back -> new Pair(rewriting.source(), back));
    }
}
