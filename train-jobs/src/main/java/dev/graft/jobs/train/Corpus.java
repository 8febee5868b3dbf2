// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import dev.graft.corpus.InputException;
import dev.graft.jobs.tune.Arm;
import dev.graft.jobs.tune.TestNoise;
import dev.graft.random.Draw;
import dev.graft.random.Seeds;
import dev.graft.train.Example;
import dev.graft.train.Unlabelled;
import dev.graft.train.data.SeenRows;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The labelled rows of a finished augmentation, by id. The lists may lie in files of this machine.
 *
 * @param labels names of the classes, sorted; {@link Example#label} is an index into them
 * @param originals training rows as they were given
 * @param augmented training rows and their copies
 * @param sources for each of the augmented rows the original that it is, or was made of, by its place; empty where no rows are drawn
 * @param validation what choices are made by, as it was given; may be empty
 * @param tests by their names: the test part untouched, which is the first, and its copies with noise
 * @param unlabelled training rows without a label, and their copies
 */
record Corpus(
        List<String> labels,
        List<Example> originals,
        List<Example> augmented,
        List<Integer> sources,
        List<Example> validation,
        Map<String, List<Example>> tests,
        List<Unlabelled> unlabelled) {

    static final String AUGMENTED = "augmented";

    Corpus(
            List<String> labels,
            List<Example> originals,
            List<Example> augmented,
            List<Example> validation,
            List<Example> test) {
        this(labels, originals, augmented, List.of(), validation, Map.of(TestNoise.TEST, test), List.of());
    }

    /** Of the tests. */
    List<String> names() {
        return List.copyOf(tests.keySet());
    }

    /** Untouched. */
    List<Example> test() {
        return Objects.requireNonNull(tests.get(TestNoise.TEST));
    }

    /**
     * With some of the originals, and the copies of those alone. Equal seeds draw the same.
     *
     * @param perClass rows of each class, all where it has fewer; 0 for all of all
     */
    Corpus drawn(int perClass, long seed) {
        if (perClass == 0) {
            return this;
        }
        List<Integer> shuffled = Draw.shuffled(
                IntStream.range(0, originals.size()).boxed().toList(), Seeds.random(Seeds.ofPurpose(seed, "rows", 0)));
        int[] counts = new int[labels.size()];
        TreeSet<Integer> drawn = new TreeSet<>();
        for (int place : shuffled) {
            if (counts[originals.get(place).label()]++ < perClass) {
                drawn.add(place);
            }
        }
        List<Integer> kept = List.copyOf(drawn);
        Map<Integer, Integer> places = new HashMap<>();
        kept.forEach(place -> places.put(place, places.size()));
        List<Integer> grown = IntStream.range(0, augmented.size())
                .filter(row -> drawn.contains(sources.get(row)))
                .boxed()
                .toList();
        return new Corpus(
                labels,
                kept.stream().map(originals::get).toList(),
                grown.stream().map(augmented::get).toList(),
                grown.stream()
                        .map(row -> Objects.requireNonNull(places.get(sources.get(row))))
                        .toList(),
                validation,
                tests,
                unlabelled);
    }

    /** The training rows of an arm. */
    List<Example> rows(Arm arm) {
        return arm.kind().takesCopies() ? augmented : originals;
    }

    /**
     * The same rows by the classes of an adapter, whose order is its own.
     *
     * @param others names of the adapter's classes
     * @param place the adapter, for the error
     * @throws InputException if one has a class that the other has not
     */
    Corpus withLabels(List<String> others, String place) {
        requireSame(labels, others, place);
        Map<String, List<Example>> tested = new LinkedHashMap<>();
        tests.forEach((name, rows) -> tested.put(name, relabelled(rows, others)));
        return new Corpus(
                List.copyOf(others),
                relabelled(originals, others),
                relabelled(augmented, others),
                sources,
                relabelled(validation, others),
                tested,
                unlabelled);
    }

    /**
     * @param others names of an adapter's classes
     * @throws InputException if one has a class that the other has not
     */
    static void requireSame(List<String> labels, List<String> others, String place) {
        TreeSet<String> unknown = new TreeSet<>(labels);
        unknown.removeAll(others);
        TreeSet<String> missing = new TreeSet<>(others);
        missing.removeAll(labels);
        if (!unknown.isEmpty() || !missing.isEmpty()) {
            throw new InputException(place + " has other classes than the corpus: it does not know " + unknown
                    + ", and no training row has " + missing + "; its classes are " + others);
        }
    }

    private List<Example> relabelled(List<Example> rows, List<String> others) {
        int[] numbers = labels.stream().mapToInt(others::indexOf).toArray();
        return SeenRows.each(rows, row -> new Example(row.text(), numbers[row.label()]));
    }
}
