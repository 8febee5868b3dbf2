// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs;

import dev.graft.checkpoint.BaseModel;
import dev.graft.corpus.InputException;
import dev.graft.corpus.Source;
import dev.graft.run.Apart;
import dev.graft.run.Recipe;
import dev.graft.run.RunDirectory;
import dev.graft.storage.Content;
import dev.graft.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/** The files of a configuration, before they are read. */
public final class Inputs {
    private Inputs() {}

    /**
     * What each file holds, so that a changed one is noticed; by the path of its key.
     *
     * @param files that the configuration names besides corpus and base model
     * @throws InputException that names every path at which there is nothing, or that the run would write to
     */
    public static SortedMap<String, Content> of(
            SparkSession spark, Recipe recipe, SortedMap<String, String> files, RunDirectory directory) {
        SortedMap<String, String> corpus = corpus(recipe.corpus());
        SortedMap<String, String> all = new TreeMap<>(files);
        all.putAll(corpus);
        if (!recipe.model().equals(BaseModel.MINILM)) {
            all.put("model", recipe.model());
        }
        SortedMap<String, Content> inputs = new TreeMap<>(tables(spark, recipe.corpus()));
        List<String> missing = new ArrayList<>();
        all.forEach((key, path) -> {
            try {
                Storage storage = Storages.of(spark, path);
                if (corpus.containsKey(key)) {
                    Apart.require(directory, key, path, storage);
                }
                Content.of(storage, path)
                        .ifPresentOrElse(
                                content -> inputs.put(key, content),
                                () -> missing.add(key + ": no such file or directory: " + path));
            } catch (IOException e) {
                missing.add(key + ": can't read " + path + ": " + e.getMessage());
            }
        });
        if (!missing.isEmpty()) {
            throw new InputException(String.join("\n", missing));
        }
        return inputs;
    }

    /** Tables are no files: what they hold is the catalogue's to know. */
    private static SortedMap<String, Content> tables(SparkSession spark, Source source) {
        SortedMap<String, Content> tables = new TreeMap<>();
        if (source.format() == Source.Format.TABLE) {
            paths(source).forEach((key, table) -> {
                try {
                    tables.put(key, TableVersion.of(spark, table));
                } catch (Exception e) { // Spark throws checked exceptions that it does not declare.
                    throw new InputException(key + ": can't read the table " + table + ": "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
                }
            });
        }
        return tables;
    }

    private static SortedMap<String, String> corpus(Source source) {
        return source.format() == Source.Format.TABLE ? new TreeMap<>() : paths(source);
    }

    private static SortedMap<String, String> paths(Source source) {
        SortedMap<String, String> paths = new TreeMap<>(Map.of("corpus.train", source.train()));
        source.validation().ifPresent(path -> paths.put("corpus.validation", path));
        source.test().ifPresent(path -> paths.put("corpus.test", path));
        return paths;
    }

    /**
     * Refuses a corpus or a base model that is no longer what it was in the augmentation. A file that is gone is no reason
     * to: its rows stand in the augmented table.
     *
     * @param then what the augmentation read
     * @throws InputException that names every changed file
     */
    public static void requireUnchanged(SparkSession spark, Recipe recipe, SortedMap<String, Content> then) {
        List<String> changed = new ArrayList<>();
        SortedMap<String, String> paths = corpus(recipe.corpus());
        paths.put("model", recipe.model());
        paths.forEach((key, path) -> {
            try {
                Optional<Content> now = Content.of(Storages.of(spark, path), path);
                Content before = then.get(key);
                if (now.isPresent() && before != null && !now.get().hash().equals(before.hash())) {
                    changed.add(key + ": was " + before + ", is " + now.get());
                }
            } catch (IOException e) {
                changed.add(key + ": can't read " + path + ": " + e.getMessage());
            }
        });
        tables(spark, recipe.corpus()).forEach((key, now) -> {
            Content before = then.get(key);
            if (before != null && !now.hash().equals(before.hash())) {
                changed.add(key + ": the table " + now.path() + " has another version");
            }
        });
        if (!changed.isEmpty()) {
            throw new InputException("what " + recipe.out() + " was augmented from has changed:\n  "
                    + String.join("\n  ", changed) + "\naugment --force makes the rows again");
        }
    }
}
