// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.checkpoint.Weights;
import dev.graft.train.data.SeenRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What one training of a classifier learns. The lists may lie in files.
 *
 * @param examples one or more
 * @param validation by which the training stops early, where the settings say so; may be empty
 * @param unlabelled rows for consistency training and for self-training; may be empty
 * @param steps of the optimiser, 1 or more
 * @param head what the head starts with, in the place of random numbers
 * @param consistency what is learnt of unlabelled rows that have copies
 * @param from what the trained parameters start with but for the head's, such as what meta-learning found, by name
 */
public record Lesson(
        List<Example> examples,
        List<Example> validation,
        List<Unlabelled> unlabelled,
        int steps,
        Optional<HeadStart> head,
        Optional<ConsistencyTraining> consistency,
        Optional<Weights> from) {
    /** Of examples alone. */
    public static Lesson of(List<Example> examples, int steps) {
        return new Lesson(examples, List.of(), List.of(), steps, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * The same with rows of the rarer classes repeated, in their order, until each class has as many as the largest: in the mean a
     * batch then holds all classes alike. Steps stay as they are.
     */
    public Lesson balanced() {
        SortedMap<Integer, List<Integer>> classes = new TreeMap<>();
        IntStream.Builder places = IntStream.builder();
        for (int row = 0; row < examples.size(); row++) {
            classes.computeIfAbsent(examples.get(row).label(), any -> new ArrayList<>())
                    .add(row);
            places.add(row);
        }
        int most = classes.values().stream().mapToInt(List::size).max().orElse(0);
        classes.values().forEach(rows -> {
            for (int i = rows.size(); i < most; i++) {
                places.add(rows.get(i % rows.size()));
            }
        });
        return learning(SeenRows.at(examples, places.build().toArray()));
    }

    /** With more examples; steps stay as they are. */
    Lesson and(List<Example> more) {
        return learning(SeenRows.both(examples, more));
    }

    private Lesson learning(List<Example> others) {
        return new Lesson(others, validation, unlabelled, steps, head, consistency, from);
    }

    public Lesson validatedBy(List<Example> rows) {
        return new Lesson(examples, rows, unlabelled, steps, head, consistency, from);
    }

    public Lesson beside(List<Unlabelled> rows) {
        return new Lesson(examples, validation, rows, steps, head, consistency, from);
    }

    public Lesson with(HeadStart start) {
        return new Lesson(examples, validation, unlabelled, steps, Optional.of(start), consistency, from);
    }

    public Lesson with(ConsistencyTraining more) {
        return new Lesson(examples, validation, unlabelled, steps, head, Optional.of(more), from);
    }

    public Lesson startingFrom(Weights weights) {
        return new Lesson(examples, validation, unlabelled, steps, head, consistency, Optional.of(weights));
    }
}
