// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.candidate;

import dev.graft.augment.Augmented;
import dev.graft.augment.Augmenter;
import dev.graft.augment.Copies;
import dev.graft.augment.Edit;
import dev.graft.corpus.Document;
import dev.graft.filter.Filter;
import dev.graft.filter.Verdict;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What happens to one document: every operator makes its copies, every copy meets the filters, and each ends in
 * exactly one {@link Candidate}. Knows nothing of Spark.
 *
 * @param seed of the run
 * @param analyzer is asked once a document
 * @param steps the operators, in the order of the configuration
 * @param classes training rows by class, where an operator makes copies by class
 * @param filters cheap ones first; the first that drops a copy ends it
 */
public record CandidateMaker(
        long seed,
        Function<Document, AnalyzedText> analyzer,
        List<NamedAugmenter> steps,
        Map<String, Long> classes,
        List<Filter> filters) {

    /**
     * @param name of the operator in the configuration
     * @param copies how many are made
     */
    public record NamedAugmenter(String name, Copies copies, Augmenter augmenter) {}

    /** One outcome for each copy, in the order of the operators. */
    public List<Candidate> outcomes(Document document) {
        List<Candidate> outcomes = new ArrayList<>();
        long own = Seeds.document(seed, document.id());
        try {
            AnalyzedText text = analyzer.apply(document);
            for (NamedAugmenter step : steps) {
                copies(own, text, step, copies(own, document, step), outcomes);
            }
        } catch (RuntimeException e) {
            outcomes.clear();
            for (NamedAugmenter step : steps) {
                for (int copy = 0; copy < copies(own, document, step); copy++) {
                    outcomes.add(Candidate.failed(step.name(), copy, Seeds.of(own, step.name(), copy), document, e));
                }
            }
            return outcomes;
        }
        judge(filters, outcomes);
        return outcomes;
    }

    /** Drops what repeats another copy, then what a filter drops; a score that a copy has is not asked for again. */
    public static void judge(List<Filter> filters, List<Candidate> outcomes) {
        dropRepeated(outcomes);
        filters.forEach(filter -> judge(filter, outcomes));
    }

    private int copies(long own, Document document, NamedAugmenter step) {
        return step.copies().of(classes.getOrDefault(String.valueOf(document.label()), 1L), own, step.name());
    }

    private static void copies(
            long document, AnalyzedText text, NamedAugmenter step, int copies, List<Candidate> outcomes) {
        if (copies == 0) {
            return;
        }
        AnalyzedText view = step.augmenter().editsSpans() ? text.editingSpans() : text;
        long[] seeds = new long[copies];
        List<RandomGenerator> randoms = new ArrayList<>(seeds.length);
        for (int copy = 0; copy < seeds.length; copy++) {
            seeds[copy] = Seeds.of(document, step.name(), copy);
            randoms.add(Seeds.random(seeds[copy]));
        }
        List<List<Edit>> all;
        try {
            all = step.augmenter().edits(view, randoms);
        } catch (RuntimeException e) {
            oneByOne(view, step, seeds, outcomes);
            return;
        }
        for (int copy = 0; copy < copies; copy++) {
            outcomes.add(outcome(text, step, copy, seeds[copy], all.get(copy)));
        }
    }

    /** Where one copy fails, the others need not. */
    private static void oneByOne(AnalyzedText text, NamedAugmenter step, long[] seeds, List<Candidate> outcomes) {
        for (int copy = 0; copy < seeds.length; copy++) {
            try {
                List<Edit> edits = step.augmenter().edits(text, Seeds.random(seeds[copy]));
                outcomes.add(outcome(text, step, copy, seeds[copy], edits));
            } catch (RuntimeException e) {
                outcomes.add(Candidate.failed(step.name(), copy, seeds[copy], text.document(), e));
            }
        }
    }

    private static Candidate outcome(
            AnalyzedText analyzed, NamedAugmenter step, int copy, long copySeed, List<Edit> edits) {
        Document document = analyzed.document();
        String text = Edit.apply(document.text(), edits);
        return text.equals(document.text())
                ? Candidate.unchanged(
                        step.name(), copy, copySeed, step.augmenter().abstains(analyzed), document)
                : Candidate.kept(new Augmented(document, step.name(), copy, copySeed, edits, text));
    }

    /** Of copies with one text that of the least rank stays, as among documents. */
    private static void dropRepeated(List<Candidate> outcomes) {
        for (int i = 1; i < outcomes.size(); i++) {
            for (int j = 0; j < i && outcomes.get(i).fate() == Fate.KEPT; j++) {
                Candidate one = outcomes.get(j);
                Candidate other = outcomes.get(i);
                if (one.fate() == Fate.KEPT && one.text().equals(other.text())) {
                    int loser = one.rank() > other.rank() ? j : i;
                    outcomes.set(loser, outcomes.get(loser).dropped("duplicate"));
                }
            }
        }
    }

    private static void judge(Filter filter, List<Candidate> outcomes) {
        List<Integer> asked = new ArrayList<>();
        List<Augmented> copies = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            Candidate outcome = outcomes.get(i);
            if (outcome.fate() == Fate.KEPT && filter.judges(outcome.operator())) {
                Double known = outcome.scores().get(filter.name());
                if (known != null) {
                    outcomes.set(i, judged(filter, outcome, known));
                } else {
                    asked.add(i);
                    copies.add(Objects.requireNonNull(outcome.augmented()));
                }
            }
        }
        double[] scores = copies.isEmpty() ? new double[0] : filter.scores(copies);
        for (int i = 0; i < scores.length; i++) {
            outcomes.set(asked.get(i), judged(filter, outcomes.get(asked.get(i)), scores[i]));
        }
    }

    private static Candidate judged(Filter filter, Candidate copy, double score) {
        Candidate scored = copy.scored(filter.name(), score);
        return filter.judge(score) instanceof Verdict.Drop drop ? scored.dropped(drop.reason()) : scored;
    }
}
