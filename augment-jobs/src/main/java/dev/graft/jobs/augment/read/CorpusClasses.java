// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.read;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import dev.graft.augment.Copies;
import dev.graft.augment.operator.Step;
import dev.graft.corpus.Document;
import dev.graft.jobs.Columns;
import dev.graft.jobs.augment.setup.AugmentSettings;
import dev.graft.random.Seeds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The classes of the training rows, counted where an operator makes so many copies of each. */
public final class CorpusClasses {
    private CorpusClasses() {}

    /** Training rows by class; empty where no operator asks for them. */
    public static Map<String, Long> counted(AugmentSettings settings, Dataset<Row> documents) {
        if (!settings.section().needsClasses()) {
            return Map.of();
        }
        return training(documents).select(label(settings)).groupBy("label").agg(count(lit(1))).collectAsList().stream()
                .collect(TreeMap::new, (all, row) -> all.put(row.getString(0), row.getLong(1)), Map::putAll);
    }

    /** As {@link #counted(AugmentSettings, Dataset)}, about, from some of the rows. */
    public static Map<String, Long> counted(AugmentSettings settings, FirstRows head) {
        Map<String, Long> classes = new TreeMap<>();
        if (settings.section().needsClasses()) {
            head.documents().forEach(each -> classes.merge(String.valueOf(each.label()), 1L, Long::sum));
            double scale = head.training() / (double) head.documents().size();
            classes.replaceAll((label, rows) -> Math.max(1, Math.round(scale * rows)));
        }
        return classes;
    }

    /**
     * The copies that each operator is asked for, by its name.
     *
     * @param classes of {@link #counted}
     * @param training rows in all
     */
    public static Map<String, Long> asked(
            AugmentSettings settings, Map<String, Long> classes, Dataset<Row> documents, long training) {
        Map<String, Long> asked = new LinkedHashMap<>();
        for (Step step : settings.section().steps()) {
            Copies copies = step.copies();
            asked.put(
                    step.name(),
                    copies.perClass() == 0
                            ? training * copies.each()
                            : asked(settings, step.name(), copies, classes, documents));
        }
        return asked;
    }

    private static long asked(
            AugmentSettings settings, String step, Copies copies, Map<String, Long> classes, Dataset<Row> documents) {
        long seed = settings.recipe().seed();
        JavaRDD<Row> rows =
                training(documents).select(col("id"), label(settings)).toJavaRDD();
        return rows.map(row -> (long) copies.of(
                        classes.getOrDefault(row.getString(1), 1L), Seeds.document(seed, row.getString(0)), step))
                .fold(0L, Long::sum);
    }

    /** About, from some of the rows. */
    public static long asked(
            AugmentSettings settings, Step step, Map<String, Long> classes, List<Document> sample, long training) {
        long some = sample.stream()
                .mapToLong(each -> step.copies()
                        .of(
                                classes.getOrDefault(String.valueOf(each.label()), 1L),
                                Seeds.document(settings.recipe().seed(), each.id()),
                                step.name()))
                .sum();
        return Math.round(some * (training / (double) sample.size()));
    }

    private static Dataset<Row> training(Dataset<Row> documents) {
        return documents.where(col("split").equalTo("train"));
    }

    private static Column label(AugmentSettings settings) {
        return Columns.named(settings.recipe().corpus().label().orElseThrow()).as("label");
    }
}
