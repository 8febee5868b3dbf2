// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;

import dev.graft.corpus.InputException;
import dev.graft.jobs.Columns;
import dev.graft.jobs.Damage;
import dev.graft.jobs.Inputs;
import dev.graft.jobs.Storages;
import dev.graft.jobs.tune.Arm;
import dev.graft.jobs.tune.TestNoise;
import dev.graft.random.Draw;
import dev.graft.random.Seeds;
import dev.graft.run.Manifest;
import dev.graft.run.Recipe;
import dev.graft.run.RunDirectory;
import dev.graft.train.ConsistencyTraining.Unlabelled;
import dev.graft.train.Example;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The labelled rows of a finished augmentation, by id.
 *
 * @param labels names of the classes, sorted; {@link Example#label} is an index into them
 * @param originals training rows as they were given
 * @param augmented training rows and their copies
 * @param sources for each of the augmented rows the original that it is, or was made of, by its place
 * @param validation what choices are made by, as it was given; may be empty
 * @param test untouched
 * @param testWithTypos the test part with keyboard typos
 * @param unlabelled training rows without a label, and their copies
 */
record Corpus(
        List<String> labels,
        List<Example> originals,
        List<Example> augmented,
        List<Integer> sources,
        List<Example> validation,
        List<Example> test,
        List<Example> testWithTypos,
        List<Unlabelled> unlabelled)
        implements Serializable {

    static final String AUGMENTED = "augmented";

    Corpus(
            List<String> labels,
            List<Example> originals,
            List<Example> augmented,
            List<Example> validation,
            List<Example> test,
            List<Example> testWithTypos) {
        this(labels, originals, augmented, List.of(), validation, test, testWithTypos, List.of());
    }

    static Corpus read(SparkSession spark, Recipe recipe, Optional<TestNoise> noise) {
        RunDirectory directory = Storages.directory(spark, recipe);
        Manifest manifest = directory.finished(List.of(AUGMENTED));
        Inputs.requireUnchanged(spark, recipe, manifest.from().inputs());
        String label = recipe.corpus()
                .label()
                .orElseThrow(
                        () -> new InputException("corpus.label is missing: a classifier is trained on labelled rows"));
        Dataset<Row> all =
                Damage.told(directory.at(AUGMENTED), () -> Storages.table(spark, directory.place(AUGMENTED)));
        Dataset<Row> rows = all.where(Columns.named(label).isNotNull());
        Column original = col("augmentation").isNull();
        List<Row> train = rows(rows.where(col("split").equalTo("train")), recipe, label, original);
        List<Row> validation = rows(rows.where(col("split").equalTo("validation")), recipe, label, original);
        List<Row> test = rows(rows.where(col("split").equalTo("test")), recipe, label, original);
        TreeSet<String> labels = new TreeSet<>();
        train.forEach(row -> labels.add(row.getString(2)));
        if (labels.size() < 2 || test.isEmpty()) {
            throw new InputException("a classifier needs 2 labels and a test row; " + recipe.out() + " has the labels "
                    + labels + " in " + train.size() + " training rows, and " + test.size()
                    + " labelled test rows");
        }
        Map<String, Integer> indices = new TreeMap<>();
        labels.forEach(name -> indices.put(name, indices.size()));
        TestNoise.Noisy noisily =
                noise.map(each -> each.on(recipe.model(), recipe.seed())).orElseGet(TestNoise.Noisy::none);
        List<Example> noisy = new ArrayList<>();
        for (Row row : test) {
            noisy.add(new Example(noisily.of(row.getString(0), row.getString(1)), index(indices, row)));
        }
        List<Row> originals = train.stream().filter(row -> row.getBoolean(3)).toList();
        Map<String, Integer> places = new TreeMap<>();
        originals.forEach(row -> places.put(row.getString(0), places.size()));
        return new Corpus(
                List.copyOf(labels),
                examples(originals, indices),
                examples(train, indices),
                train.stream()
                        .map(row -> Objects.requireNonNull(places.get(row.getString(4))))
                        .toList(),
                examples(validation, indices),
                examples(test, indices),
                List.copyOf(noisy),
                unlabelled(all.where(col("split").equalTo("train")), recipe, label, original));
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
        List<Integer> grown = IntStream.range(0, augmented.size())
                .filter(row -> drawn.contains(sources.get(row)))
                .boxed()
                .toList();
        return new Corpus(
                labels,
                kept.stream().map(originals::get).toList(),
                grown.stream().map(augmented::get).toList(),
                grown.stream().map(row -> kept.indexOf(sources.get(row))).toList(),
                validation,
                test,
                testWithTypos,
                unlabelled);
    }

    /** The training rows of an arm. */
    List<Example> rows(Arm arm) {
        return switch (arm) {
            case TF_IDF, FROZEN_PROBE, ORIGINALS, ORIGINALS_EQUAL_STEPS, CONSISTENT, SELF_TRAINED -> originals;
            case AUGMENTED -> augmented;
        };
    }

    /**
     * The same rows by the classes of an adapter, whose order is its own.
     *
     * @param others names of the adapter's classes
     * @param place the adapter, for the error
     * @throws InputException if one has a class that the other has not
     */
    Corpus withLabels(List<String> others, String place) {
        TreeSet<String> unknown = new TreeSet<>(labels);
        unknown.removeAll(others);
        TreeSet<String> missing = new TreeSet<>(others);
        missing.removeAll(labels);
        if (!unknown.isEmpty() || !missing.isEmpty()) {
            throw new InputException(place + " has other classes than the corpus: it does not know " + unknown
                    + ", and no training row has " + missing + "; its classes are " + others);
        }
        return new Corpus(
                List.copyOf(others),
                relabelled(originals, others),
                relabelled(augmented, others),
                sources,
                relabelled(validation, others),
                relabelled(test, others),
                relabelled(testWithTypos, others),
                unlabelled);
    }

    private List<Example> relabelled(List<Example> rows, List<String> others) {
        return rows.stream()
                .map(row -> new Example(row.text(), others.indexOf(labels.get(row.label()))))
                .toList();
    }

    private static List<Row> rows(Dataset<Row> rows, Recipe recipe, String label, Column original) {
        Dataset<Row> wanted = rows.select(
                        col("id"),
                        Columns.named(recipe.corpus().text()),
                        Columns.named(label).cast("string"),
                        original,
                        coalesce(col("augmentation.source_id"), col("id")))
                .orderBy("id");
        return Damage.told(recipe.out() + "/" + AUGMENTED, wanted::collectAsList);
    }

    private static List<Unlabelled> unlabelled(Dataset<Row> rows, Recipe recipe, String label, Column original) {
        Dataset<Row> wanted = rows.where(Columns.named(label).isNull())
                .select(
                        coalesce(col("augmentation.source_id"), col("id")),
                        Columns.named(recipe.corpus().text()),
                        original,
                        col("id"))
                .orderBy("id");
        SortedMap<String, String> texts = new TreeMap<>();
        SortedMap<String, List<String>> copies = new TreeMap<>();
        for (Row row : Damage.told(recipe.out() + "/" + AUGMENTED, wanted::collectAsList)) {
            if (row.getBoolean(2)) {
                texts.put(row.getString(0), row.getString(1));
            } else {
                copies.computeIfAbsent(row.getString(0), any -> new ArrayList<>())
                        .add(row.getString(1));
            }
        }
        List<Unlabelled> unlabelled = new ArrayList<>();
        texts.forEach((id, text) -> unlabelled.add(new Unlabelled(text, copies.getOrDefault(id, List.of()))));
        return List.copyOf(unlabelled);
    }

    private static List<Example> examples(List<Row> rows, Map<String, Integer> indices) {
        return rows.stream()
                .map(row -> new Example(row.getString(1), index(indices, row)))
                .toList();
    }

    private static int index(Map<String, Integer> indices, Row row) {
        Integer index = indices.get(row.getString(2));
        if (index == null) {
            throw new InputException(
                    "row " + row.getString(0) + " has label " + row.getString(2) + ", which no training row has");
        }
        return index;
    }
}
