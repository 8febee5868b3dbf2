// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.candidate;

import dev.graft.augment.Augmented;
import dev.graft.augment.Augmenter;
import dev.graft.augment.Augmenter.Asked;
import dev.graft.augment.Augmenter.Proposal;
import dev.graft.augment.Copies;
import dev.graft.augment.Edit;
import dev.graft.corpus.Document;
import dev.graft.filter.Filter;
import dev.graft.filter.Verdict;
import dev.graft.jobs.augment.candidate.Candidate.Fate;
import dev.graft.random.Seeds;
import dev.graft.text.AnalyzedText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a document: every operator makes its copies, every copy meets the filters, and each ends in
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
        return outcomes(List.of(document)).get(0);
    }

    /** As {@link #outcomes(Document)}, of documents whose models may work in batches; what a document gets is the same. */
    public List<List<Candidate>> outcomes(List<Document> documents) {
        List<Made> analyzed = new ArrayList<>(documents.size());
        List<List<Candidate>> outcomes = new ArrayList<>(documents.size());
        for (Document document : documents) {
            Made made = analyzed(document);
            outcomes.add(made.outcomes);
            if (made.text != null) {
                analyzed.add(made);
            }
        }
        for (NamedAugmenter step : steps) {
            copies(step, analyzed);
        }
        judge(filters, analyzed.stream().map(Made::outcomes).toList());
        return outcomes;
    }

    /**
     * A document and what is made of it.
     *
     * @param own the document's seed
     * @param text null where it could not be analysed: its outcomes say so
     */
    private record Made(long own, @Nullable AnalyzedText text, List<Candidate> outcomes) {
        AnalyzedText view(Augmenter augmenter) {
            AnalyzedText all = Objects.requireNonNull(text);
            return augmenter.editsSpans() ? all.editingSpans() : all;
        }
    }

    private Made analyzed(Document document) {
        long own = Seeds.document(seed, document.id());
        try {
            return new Made(own, analyzer.apply(document), new ArrayList<>());
        } catch (RuntimeException e) {
            List<Candidate> failed = new ArrayList<>();
            for (NamedAugmenter step : steps) {
                for (int copy = 0; copy < copies(own, document, step); copy++) {
                    failed.add(Candidate.failed(step.name(), copy, Seeds.of(own, step.name(), copy), document, e));
                }
            }
            return new Made(own, null, failed);
        }
    }

    /**
     * Drops what repeats another copy, then what a filter drops; a score that a copy has is not asked for again.
     *
     * @param outcomes of each document; what a filter is asked of them, it is asked at once
     */
    public static void judge(List<Filter> filters, List<List<Candidate>> outcomes) {
        outcomes.forEach(CandidateMaker::dropRepeated);
        filters.forEach(filter -> judge(filter, outcomes));
    }

    private int copies(long own, Document document, NamedAugmenter step) {
        return step.copies().of(classes.getOrDefault(String.valueOf(document.label()), 1L), own, step.name());
    }

    /** Adds a step's copies to each document. */
    private void copies(NamedAugmenter step, List<Made> documents) {
        List<Asked> asked = new ArrayList<>();
        for (Made each : documents) {
            AnalyzedText text = each.view(step.augmenter());
            long[] seeds = new long[copies(each.own, text.document(), step)];
            for (int copy = 0; copy < seeds.length; copy++) {
                seeds[copy] = Seeds.of(each.own, step.name(), copy);
            }
            asked.add(new Asked(text, seeds));
        }
        List<List<Proposal>> proposals = proposals(step.augmenter(), asked);
        for (int i = 0; i < asked.size(); i++) {
            AnalyzedText text = Objects.requireNonNull(documents.get(i).text);
            for (int copy = 0; copy < asked.get(i).seeds().length; copy++) {
                documents
                        .get(i)
                        .outcomes
                        .add(outcome(
                                text,
                                step,
                                copy,
                                asked.get(i).seeds()[copy],
                                proposals.get(i).get(copy)));
            }
        }
    }

    /** Where an operator fails for all, it is asked for each alone: one document's fault is not the others'. */
    private static List<List<Proposal>> proposals(Augmenter augmenter, List<Asked> asked) {
        try {
            return augmenter.proposals(asked);
        } catch (RuntimeException e) {
            return asked.size() == 1
                    ? List.of(Collections.nCopies(asked.get(0).seeds().length, Proposal.failed(e)))
                    : asked.stream()
                            .map(each -> proposals(augmenter, List.of(each)).get(0))
                            .toList();
        }
    }

    private static Candidate outcome(
            AnalyzedText analyzed, NamedAugmenter step, int copy, long copySeed, Proposal proposal) {
        Document document = analyzed.document();
        if (proposal.failure() != null) {
            return Candidate.failed(step.name(), copy, copySeed, document, proposal.failure());
        }
        try {
            Candidate made = made(analyzed, step, copy, copySeed, proposal.edits());
            return proposal.dropped().isEmpty() ? made : made.dropped(proposal.dropped());
        } catch (RuntimeException e) {
            return Candidate.failed(step.name(), copy, copySeed, document, e);
        }
    }

    private static Candidate made(
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

    private static void judge(Filter filter, List<List<Candidate>> outcomes) {
        List<ListIterator<Candidate>> places = new ArrayList<>();
        List<Augmented> copies = new ArrayList<>();
        for (List<Candidate> each : outcomes) {
            for (int i = 0; i < each.size(); i++) {
                Candidate outcome = each.get(i);
                if (outcome.fate() == Fate.KEPT && filter.judges(outcome.operator())) {
                    Double known = outcome.scores().get(filter.name());
                    if (known != null) {
                        each.set(i, judged(filter, outcome, known));
                    } else {
                        places.add(each.listIterator(i));
                        copies.add(Objects.requireNonNull(outcome.augmented()));
                    }
                }
            }
        }
        double[] scores = copies.isEmpty() ? new double[0] : filter.scores(copies);
        for (int i = 0; i < scores.length; i++) {
            ListIterator<Candidate> place = places.get(i);
            place.set(judged(filter, place.next(), scores[i]));
        }
    }

    private static Candidate judged(Filter filter, Candidate copy, double score) {
        Candidate scored = copy.scored(filter.name(), score);
        return filter.judge(score) instanceof Verdict.Drop drop ? scored.dropped(drop.reason()) : scored;
    }
}
