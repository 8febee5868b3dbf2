// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.checkpoint.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one training of a classifier learns.
 *
 * @param examples one or more
 * @param validation by which the training stops early, where the settings say so; may be empty
 * @param steps of the optimiser, 1 or more
 * @param head what the head starts with, in the place of random numbers
 * @param consistency what is learnt of unlabelled rows
 * @param from what the trained parameters start with but for the head's, such as what meta-learning found, by name
 */
public record Lesson(
        List<Example> examples,
        List<Example> validation,
        int steps,
        Optional<HeadStart> head,
        Optional<ConsistencyTraining> consistency,
        Optional<Weights> from) {
    /** Of examples alone. */
    public static Lesson of(List<Example> examples, int steps) {
        return new Lesson(examples, List.of(), steps, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * The same with rows of the rarer classes repeated, in their order, until each class has as many as the largest: in the mean a
     * batch then holds all classes alike. Steps stay as they are.
     */
    public Lesson balanced() {
        SortedMap<Integer, List<Example>> classes = new TreeMap<>();
        examples.forEach(row ->
                classes.computeIfAbsent(row.label(), any -> new ArrayList<>()).add(row));
        int most = classes.values().stream().mapToInt(List::size).max().orElse(0);
        List<Example> all = new ArrayList<>(examples);
        classes.values().forEach(rows -> {
            for (int i = rows.size(); i < most; i++) {
                all.add(rows.get(i % rows.size()));
            }
        });
        return new Lesson(all, validation, steps, head, consistency, from);
    }

    public Lesson with(ConsistencyTraining more) {
        return new Lesson(examples, validation, steps, head, Optional.of(more), from);
    }

    /** With more examples; steps stay as they are. */
    public Lesson and(List<Example> more) {
        List<Example> all = new ArrayList<>(examples);
        all.addAll(more);
        return new Lesson(all, validation, steps, head, consistency, from);
    }

    public Lesson startingFrom(Weights weights) {
        return new Lesson(examples, validation, steps, head, consistency, Optional.of(weights));
    }
}
