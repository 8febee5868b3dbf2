// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment;

import dev.graft.config.Settings;
import dev.graft.corpus.Span;
import dev.graft.text.AnalyzedText;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * One operator after the other, each on what the one before it made.
 *
 * @param steps {@code steps}, one at least
 */
record Sequence(List<Augmenter> steps) implements Augmenter {
    Sequence {
        steps = List.copyOf(steps);
    }

    static Step.Parts read(Settings section) {
        List<Step> steps = section.sections("steps").stream().map(Step::read).toList();
        if (steps.isEmpty()) {
            section.problem("steps", "a list of one or more operators", "");
        }
        int copies = 1;
        Set<Operator> operators = new HashSet<>();
        for (Step step : steps) {
            copies *= step.copies();
            operators.addAll(step.operators());
        }
        return new Step.Parts(
                copies,
                operators,
                resources -> new Sequence(steps.stream()
                        .map(step -> step.factory().make(resources))
                        .toList()));
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        List<Edit> all = List.of();
        AnalyzedText now = text;
        for (Augmenter step : steps) {
            List<Edit> edits = step.edits(step.editsSpans() ? now : now.closingSpans(), random);
            if (!edits.isEmpty()) {
                now = now.with(
                        Edit.apply(now.text(), edits),
                        Edit.project(now.document().spans(), edits),
                        Edit.project(guarded(now, edits), edits));
                all = Edit.compose(all, edits);
            }
        }
        return all;
    }

    /** What the text itself guards, as far as no edit touches it; annotated spans are projected by themselves. */
    private static List<Span> guarded(AnalyzedText text, List<Edit> edits) {
        return text.editingSpans().protectedSpans().stream()
                .filter(span -> edits.stream().noneMatch(edit -> span.overlaps(edit.start(), edit.end())))
                .toList();
    }

    @Override
    public boolean editsSpans() {
        return steps.stream().anyMatch(Augmenter::editsSpans);
    }
}
