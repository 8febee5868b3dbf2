// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.config.Settings;
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
                // Annotated spans are projected by themselves; what the text guards stays guarded as far as it is
                // untouched.
                now = now.with(
                        Edit.apply(now.text(), edits),
                        Edit.project(now.document().spans(), edits),
                        Edit.untouched(now.editingSpans().protectedSpans(), edits));
                all = Edit.compose(all, edits);
            }
        }
        return all;
    }

    @Override
    public boolean editsSpans() {
        return steps.stream().anyMatch(Augmenter::editsSpans);
    }
}
