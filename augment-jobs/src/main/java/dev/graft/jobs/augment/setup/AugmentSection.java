// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.setup;

import dev.graft.augment.operator.Operator;
import dev.graft.augment.operator.Step;
import dev.graft.config.Settings;
import dev.graft.corpus.Conversation;
import dev.graft.filter.CrossFit;
import dev.graft.filter.FilterSettings;
import dev.graft.jobs.augment.duplicates.Overlap;
import dev.graft.model.ComputeType;
import dev.graft.text.Protection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The section of the stage.
 *
 * @param steps {@code operators}, in the order of the configuration
 * @param filters {@code filters} and those that stand with the operators, cheap ones first
 * @param overlap {@code filters} that compare rows with each other
 * @param protection {@code protect}
 * @param edit roles of the turns of a conversation that are edited; default user
 * @param crossFits whether copies are judged by classifiers that are fitted to the training rows for it
 * @param compute in what the sentence encoder, translators and causal language models multiply: {@code compute-type}
 * @param partitions that the corpus is spread over; 0, the default, takes four for each core
 */
public record AugmentSection(
        List<Step> steps,
        List<FilterSettings.Factory> filters,
        Overlap overlap,
        Protection protection,
        Set<String> edit,
        boolean crossFits,
        ComputeType compute,
        int partitions) {
    private static final List<String> ROLES = List.of(Conversation.SYSTEM, Conversation.USER, Conversation.ASSISTANT);

    public static AugmentSection read(Settings augment) {
        List.of("name", "kind", "model", "policy").forEach(augment::has);
        Settings filters = augment.section("filters");
        List<Step> steps = Step.read(augment.sections("operators"));
        List<FilterSettings.Factory> judges = new ArrayList<>(FilterSettings.read(filters));
        steps.forEach(step -> judges.addAll(step.judges(filters)));
        judges.sort(Comparator.comparing(FilterSettings.Factory::isCheap).reversed());
        return new AugmentSection(
                steps,
                List.copyOf(judges),
                Overlap.read(filters),
                Protection.read(augment.section("protect")),
                edit(augment),
                uses(filters, steps, CrossFit.NAME),
                augment.choice("compute-type", ComputeType.class, ComputeType.FLOAT32),
                augment.integer("partitions", 0, 0, 1_000_000));
    }

    private static boolean uses(Settings filters, List<Step> steps, String filter) {
        return filters.has(filter)
                || steps.stream().anyMatch(step -> step.filters().names().contains(filter));
    }

    boolean uses(Settings augment, String filter) {
        return uses(augment.section("filters"), steps, filter);
    }

    private static Set<String> edit(Settings augment) {
        List<String> roles = augment.strings("edit", List.of(Conversation.USER));
        boolean known = ROLES.containsAll(roles) && !roles.isEmpty();
        return known
                ? Set.copyOf(roles)
                : augment.problem("edit", "a list of one or more of " + String.join(", ", ROLES), Set.of());
    }

    /** Whether copies are made and judged without any model. */
    public boolean cheap() {
        return filters.stream().allMatch(FilterSettings.Factory::isCheap)
                && steps.stream().allMatch(step -> step.operators().stream().allMatch(Operator::isCheap));
    }

    /** Whether an operator makes so many copies of each class, whose rows are counted for it. */
    public boolean needsClasses() {
        return steps.stream().anyMatch(step -> step.copies().perClass() > 0);
    }
}
