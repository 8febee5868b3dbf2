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
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
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
 * @param turns what is edited of a document: by itself, each turn of a conversation
 */
public record CandidateMaker(
        long seed,
        Function<Document, AnalyzedText> analyzer,
        List<NamedAugmenter> steps,
        Map<String, Long> classes,
        List<Filter> filters,
        EditedTurns turns) {
    private static final String NO_TURN = "no-turn-to-edit";

    /** Of documents that are no conversations. */
    public CandidateMaker(
            long seed,
            Function<Document, AnalyzedText> analyzer,
            List<NamedAugmenter> steps,
            Map<String, Long> classes,
            List<Filter> filters) {
        this(seed, analyzer, steps, classes, filters, new EditedTurns(Set.of()));
    }

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
            if (made.passages != null) {
                analyzed.add(made);
            }
        }
        for (NamedAugmenter step : steps) {
            copies(step, analyzed);
        }
        judge(filters, turns, analyzed.stream().map(Made::outcomes).toList());
        return outcomes;
    }

    /**
     * A document and what is made of it.
     *
     * @param own the document's seed
     * @param passages null where it could not be analysed: its outcomes say so
     */
    private record Made(
            long own, Document document, @Nullable List<Passage> passages, List<Candidate> outcomes) {
        List<Passage> texts() {
            return Objects.requireNonNull(passages);
        }
    }

    /** A stretch that is edited by itself, and the seed of its own. */
    private record Passage(EditedTurns.Passage of, long own, AnalyzedText text) {
        AnalyzedText view(Augmenter augmenter) {
            return augmenter.editsSpans() ? text.editingSpans() : text;
        }
    }

    private Made analyzed(Document document) {
        long own = Seeds.document(seed, document.id());
        try {
            List<Passage> passages = new ArrayList<>(1);
            for (EditedTurns.Passage each : turns.of(document)) {
                passages.add(new Passage(
                        each,
                        turns.areTurns() ? Seeds.document(seed, each.document().id()) : own,
                        analyzer.apply(each.document())));
            }
            return new Made(own, document, passages, new ArrayList<>());
        } catch (RuntimeException e) {
            List<Candidate> failed = new ArrayList<>();
            for (NamedAugmenter step : steps) {
                for (int copy = 0; copy < copies(own, document, step); copy++) {
                    failed.add(Candidate.failed(step.name(), copy, Seeds.of(own, step.name(), copy), document, e));
                }
            }
            return new Made(own, document, null, failed);
        }
    }

    /**
     * Drops what repeats another copy, then what a filter drops; a score that a copy has is not asked for again.
     *
     * @param outcomes of each document; what a filter is asked of them, it is asked at once
     */
    public static void judge(List<Filter> filters, EditedTurns turns, List<List<Candidate>> outcomes) {
        outcomes.forEach(CandidateMaker::dropRepeated);
        filters.forEach(filter -> judge(filter, turns, outcomes));
    }

    private int copies(long own, Document document, NamedAugmenter step) {
        return step.copies().of(classes.getOrDefault(String.valueOf(document.label()), 1L), own, step.name());
    }

    /** Adds a step's copies to each document. */
    private void copies(NamedAugmenter step, List<Made> documents) {
        List<Asked> asked = new ArrayList<>();
        for (Made each : documents) {
            int copies = copies(each.own, each.document, step);
            for (Passage passage : each.texts()) {
                long[] seeds = new long[copies];
                for (int copy = 0; copy < copies; copy++) {
                    seeds[copy] = Seeds.of(passage.own, step.name(), copy);
                }
                asked.add(new Asked(passage.view(step.augmenter()), seeds));
            }
        }
        List<List<Proposal>> proposals = proposals(step.augmenter(), asked);
        int next = 0;
        for (Made each : documents) {
            List<List<Proposal>> own =
                    proposals.subList(next, next + each.texts().size());
            next += own.size();
            int copies = copies(each.own, each.document, step);
            for (int copy = 0; copy < copies; copy++) {
                each.outcomes.add(outcome(each, step, copy, Seeds.of(each.own, step.name(), copy), own));
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

    /** @param proposals of each passage, for each copy */
    private Candidate outcome(
            Made document, NamedAugmenter step, int copy, long copySeed, List<List<Proposal>> proposals) {
        try {
            List<Edit> edits = List.of();
            String dropped = "";
            for (int i = 0; i < proposals.size(); i++) {
                Proposal proposal = proposals.get(i).get(copy);
                if (proposal.failure() != null) {
                    return Candidate.failed(step.name(), copy, copySeed, document.document, proposal.failure());
                }
                List<Edit> own = turns.placed(document.texts().get(i).of, proposal.edits());
                edits = edits.isEmpty()
                        ? own
                        : Stream.of(edits, own).flatMap(List::stream).toList();
                dropped = dropped.isEmpty() ? proposal.dropped() : dropped;
            }
            Candidate made = made(document, step, copy, copySeed, edits);
            return dropped.isEmpty() ? made : made.dropped(dropped);
        } catch (RuntimeException e) {
            return Candidate.failed(step.name(), copy, copySeed, document.document, e);
        }
    }

    private static Candidate made(Made made, NamedAugmenter step, int copy, long copySeed, List<Edit> edits) {
        Document document = made.document;
        String text = Edit.apply(document.text(), edits);
        return text.equals(document.text())
                ? Candidate.unchanged(step.name(), copy, copySeed, abstains(made, step.augmenter()), document)
                : Candidate.kept(new Augmented(document, step.name(), copy, copySeed, edits, text));
    }

    /** Why an operator leaves all of a document alone; empty where it does not say so of each passage. */
    private static String abstains(Made made, Augmenter augmenter) {
        String why = NO_TURN;
        for (Passage passage : made.texts()) {
            why = augmenter.abstains(passage.text);
            if (why.isEmpty()) {
                return why;
            }
        }
        return why;
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

    private static void judge(Filter filter, EditedTurns turns, List<List<Candidate>> outcomes) {
        List<ListIterator<Candidate>> places = new ArrayList<>();
        List<Augmented> parts = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        for (List<Candidate> each : outcomes) {
            for (int i = 0; i < each.size(); i++) {
                Candidate outcome = each.get(i);
                if (outcome.fate() == Fate.KEPT && filter.judges(outcome.operator())) {
                    Double known = outcome.scores().get(filter.name());
                    if (known != null) {
                        each.set(i, judged(filter, outcome, known));
                    } else {
                        places.add(each.listIterator(i));
                        parts.addAll(turns.judged(Objects.requireNonNull(outcome.augmented())));
                        ends.add(parts.size());
                    }
                }
            }
        }
        double[] scores = parts.isEmpty() ? new double[0] : filter.scores(parts);
        int from = 0;
        for (int i = 0; i < places.size(); i++) {
            double[] own = Arrays.copyOfRange(scores, from, ends.get(i));
            from = ends.get(i);
            ListIterator<Candidate> place = places.get(i);
            place.set(judged(filter, place.next(), worst(filter, own)));
        }
    }

    /** Of the scores of a copy's passages the one that its fate hangs on: the first that drops it, or the nearest to a bound. */
    private static double worst(Filter filter, double[] scores) {
        double worst = scores[0];
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < scores.length && scores.length > 1; i++) {
            double score = scores[i];
            if (filter.judge(score) instanceof Verdict.Drop) {
                return score;
            }
            double margin = filter.bounds().stream()
                    .mapToDouble(bound -> Math.abs(score - bound))
                    .min()
                    .orElse(Double.POSITIVE_INFINITY);
            if (margin < least) {
                least = margin;
                worst = score;
            }
        }
        return worst;
    }

    private static Candidate judged(Filter filter, Candidate copy, double score) {
        Candidate scored = copy.scored(filter.name(), score);
        return filter.judge(score) instanceof Verdict.Drop drop ? scored.dropped(drop.reason()) : scored;
    }
}
