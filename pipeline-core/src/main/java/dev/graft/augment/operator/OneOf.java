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
 * One of several operators, drawn for each copy.
 *
 * @param choices {@code choices}, each an operator with a {@code weight} (more than 0, default 1)
 */
record OneOf(List<Choice> choices) implements Augmenter {
    /** An operator, drawn in proportion to its weight. */
    record Choice(Augmenter augmenter, double weight) {
        Choice {
            if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("one-of: weight is " + weight + "; allowed is more than 0");
            }
        }
    }

    private record Option(Step step, double weight) {}

    OneOf {
        choices = List.copyOf(choices);
        if (choices.isEmpty()) {
            throw new IllegalArgumentException("one-of: no choices given; allowed is one or more");
        }
    }

    static Step.Parts read(Settings section) {
        List<Settings> choices = section.sections("choices");
        List<Option> options =
                Step.present(choices, choice -> new Option(Step.part(choice), choice.number("weight", 1, 1e-9, 1e9)));
        Set<Operator> operators = new HashSet<>();
        options.forEach(option -> operators.addAll(option.step().operators()));
        Step.requireOne(section, "choices", choices, options);
        if (options.stream().anyMatch(option -> option.step().copies().each() > 1)) {
            section.problem("choices", "operators without copies of their own", "");
        }
        return new Step.Parts(
                1,
                operators,
                resources -> new OneOf(options.stream()
                        .map(option -> new Choice(option.step().factory().make(resources), option.weight()))
                        .toList()));
    }

    private Augmenter drawn(RandomGenerator random) {
        double at = random.nextDouble()
                * choices.stream().mapToDouble(Choice::weight).sum();
        Augmenter drawn = choices.get(choices.size() - 1).augmenter();
        for (Choice choice : choices) {
            at -= choice.weight();
            if (at < 0) {
                drawn = choice.augmenter();
                break;
            }
        }
        return drawn;
    }

    @Override
    public List<Edit> edits(AnalyzedText text, RandomGenerator random) {
        return proposal(text, random).edits();
    }

    @Override
    public Proposal proposal(AnalyzedText text, RandomGenerator random) {
        Augmenter drawn = drawn(random);
        return drawn.proposal(drawn.editsSpans() ? text : text.closingSpans(), random);
    }

    @Override
    public List<List<Proposal>> proposals(List<Asked> documents) {
        return documents.stream()
                .map(each -> Proposal.each(each, this::proposal))
                .toList();
    }

    @Override
    public List<Stage> stages(AnalyzedText text, RandomGenerator random) {
        Augmenter drawn = drawn(random);
        return drawn.stages(drawn.editsSpans() ? text : text.closingSpans(), random);
    }

    @Override
    public boolean editsSpans() {
        return choices.stream().anyMatch(choice -> choice.augmenter().editsSpans());
    }
}
