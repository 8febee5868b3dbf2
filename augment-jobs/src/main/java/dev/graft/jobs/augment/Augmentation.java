// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import dev.graft.augment.Augmented;
import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.Seeds;
import dev.graft.corpus.Document;
import dev.graft.filter.Filter;
import dev.graft.filter.Verdict;
import dev.graft.jobs.augment.Outcome.Fate;
import dev.graft.text.AnalyzedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What happens to one document: every operator makes its copies, every copy meets the filters, and each ends in
 * exactly one {@link Outcome}. Knows nothing of Spark.
 *
 * @param seed of the run
 * @param analyzer is asked once a document
 * @param steps the operators, in the order of the configuration
 * @param filters cheap ones first; the first that drops ends it
 */
record Augmentation(long seed, Function<Document, AnalyzedText> analyzer, List<Step> steps, List<Filter> filters) {

    /**
     * @param augmenter an operator
     * @param copies how many a document, at least 1
     */
    record Step(Augmenter augmenter, int copies) {
        Step {
            if (copies < 1) {
                throw new IllegalArgumentException(
                        augmenter.name() + ": copies is " + copies + "; allowed is 1 or more");
            }
        }
    }

    List<Outcome> outcomes(Document document) {
        Function<Step, Attempt> attempts;
        try {
            AnalyzedText analyzed = analyzer.apply(document);
            attempts = step -> random -> step.augmenter().edits(analyzed, random);
        } catch (RuntimeException e) {
            attempts = step -> random -> {
                throw e;
            };
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Step step : steps) {
            for (int copy = 0; copy < step.copies(); copy++) {
                outcomes.add(outcome(document, step.augmenter().name(), attempts.apply(step), copy));
            }
        }
        return outcomes;
    }

    /** Makes the edits of one copy, or throws. */
    private interface Attempt {
        List<Edit> edits(RandomGenerator random);
    }

    private Outcome outcome(Document document, String operator, Attempt attempt, int copy) {
        long copySeed = Seeds.of(seed, document.id(), operator, copy);
        try {
            List<Edit> edits = attempt.edits(Seeds.random(copySeed));
            String text = Edit.apply(document.text(), edits);
            if (text.equals(document.text())) {
                return new Outcome(operator, copy, copySeed, Fate.UNCHANGED, "", text, List.of(), 0, Map.of());
            }
            return judge(new Augmented(document, operator, copy, copySeed, edits), text);
        } catch (RuntimeException e) {
            return new Outcome(
                    operator, copy, copySeed, Fate.FAILED, e.toString(), document.text(), List.of(), 0, Map.of());
        }
    }

    private Outcome judge(Augmented candidate, String text) {
        Map<String, Double> scores = new TreeMap<>();
        Fate fate = Fate.KEPT;
        String reason = "";
        for (Filter filter : filters) {
            double score = filter.score(candidate);
            scores.put(filter.name(), score);
            if (filter.judge(score) instanceof Verdict.Drop drop) {
                fate = Fate.DROPPED;
                reason = drop.reason();
                break;
            }
        }
        return new Outcome(
                candidate.operator(),
                candidate.copy(),
                candidate.seed(),
                fate,
                reason,
                text,
                candidate.edits(),
                candidate.intensity(),
                scores);
    }
}
