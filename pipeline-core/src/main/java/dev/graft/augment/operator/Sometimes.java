// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

import dev.graft.augment.Augmenter;
import dev.graft.augment.Edit;
import dev.graft.augment.parts.WordEdits;
import dev.graft.config.Settings;
import dev.graft.text.AnalyzedText;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * An operator, with a probability; else nothing.
 *
 * @param step {@code step}, the operator
 * @param probability {@code probability} from 0 to 1, default 0.5
 */
record Sometimes(Augmenter step, double probability) implements Augmenter {
    Sometimes {
        WordEdits.share("sometimes", "probability", probability);
    }

    static Step.Parts read(Settings section) {
        double probability = section.number("probability", 0.5, 0, 1);
        Settings given = section.section("step");
        Step step = Step.part(given);
        if (given.flag("optional", false) && !given.lacking().isEmpty()) {
            section.lacks(
                    "step",
                    "it is all that there is; where it may be missing, this entry itself is optional: "
                            + given.lacking());
        }
        return new Step.Parts(
                step.copies().each(),
                step.operators(),
                resources -> new Sometimes(step.factory().make(resources), probability));
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return proposal(text, random).edits();
    }

    @Override
    public Proposal proposal(AnalyzedText text, RandomGenerator random) {
        return random.nextDouble() < probability ? step.proposal(text, random) : Proposal.of(List.of());
    }

    @Override
    public List<List<Proposal>> proposals(List<Asked> documents) {
        return documents.stream()
                .map(each -> Proposal.each(each, this::proposal))
                .toList();
    }

    @Override
    public List<Stage> stages(AnalyzedText text, RandomGenerator random) {
        return random.nextDouble() < probability ? step.stages(text, random) : List.of();
    }

    @Override
    public boolean editsSpans() {
        return step.editsSpans();
    }
}
