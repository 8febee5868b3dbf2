// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.meta;

import dev.graft.random.Draw;
import dev.graft.random.Seeds;
import dev.graft.train.data.Labelled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;

/**
 * Draws tasks of a few classes with a few rows each (Vinyals et al. 2016, section 2.2): N ways, K shots. A class of a task is
 * numbered by its place in the draw.
 *
 * @param families tasks are drawn within one of them; of each the rows of its classes
 * @param ways classes of a task, 2 or more
 * @param shots support rows of each class, 1 or more
 * @param queries query rows of each class, 1 or more
 */
public record Episodes(List<List<List<Labelled>>> families, int ways, int shots, int queries)
        implements LongFunction<Task<Labelled>> {
    public Episodes {
        if (ways < 2 || shots < 1 || queries < 1) {
            throw new IllegalArgumentException("ways is " + ways + ", shots is " + shots + ", queries is " + queries
                    + "; allowed are 2 ways or more, and 1 or more of the others");
        }
        List<List<List<Labelled>>> usable = new ArrayList<>();
        for (List<List<Labelled>> family : families) {
            List<List<Labelled>> classes = family.stream()
                    .filter(rows -> rows.size() >= shots + queries)
                    .map(List::copyOf)
                    .toList();
            if (classes.size() >= ways) {
                usable.add(classes);
            }
        }
        if (usable.isEmpty()) {
            throw new IllegalArgumentException("of " + families.size() + " groups of classes none has " + ways
                    + " with " + (shots + queries) + " rows or more; fewer ways, shots or queries are allowed");
        }
        families = List.copyOf(usable);
    }

    /** Any classes go together. */
    public static Episodes byLabel(List<Labelled> rows, int ways, int shots, int queries) {
        return new Episodes(List.of(classes(rows)), ways, shots, queries);
    }

    /**
     * Classes of one task go together.
     *
     * @param tasks rows by the name of their task
     */
    public static Episodes byTask(Map<String, List<Labelled>> tasks, int ways, int shots, int queries) {
        return new Episodes(
                new TreeMap<>(tasks).values().stream().map(Episodes::classes).toList(), ways, shots, queries);
    }

    private static List<List<Labelled>> classes(List<Labelled> rows) {
        SortedMap<Integer, List<Labelled>> classes = new TreeMap<>();
        rows.forEach(row ->
                classes.computeIfAbsent(row.label(), any -> new ArrayList<>()).add(row));
        return List.copyOf(classes.values());
    }

    /** Equal seeds give equal tasks. */
    @Override
    public Task<Labelled> apply(long seed) {
        RandomGenerator random = Seeds.random(seed);
        List<Labelled> support = new ArrayList<>();
        List<Labelled> query = new ArrayList<>();
        List<List<Labelled>> classes = Draw.some(Draw.one(families, random), ways, random);
        for (int way = 0; way < ways; way++) {
            List<Labelled> rows = Draw.some(classes.get(way), shots + queries, random);
            for (int i = 0; i < rows.size(); i++) {
                Labelled row = rows.get(i);
                (i < shots ? support : query).add(new Labelled(row.id(), row.ids(), way));
            }
        }
        return new Task<>(support, query);
    }
}
