// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import ai.djl.Device;
import dev.graft.corpus.InputException;
import dev.graft.jobs.Columns;
import dev.graft.jobs.Inputs;
import dev.graft.jobs.Session;
import dev.graft.jobs.Storages;
import dev.graft.jobs.tune.Arm;
import dev.graft.jobs.tune.StepCheck;
import dev.graft.nn.engine.Threads;
import dev.graft.run.Manifest;
import dev.graft.run.Recipe;
import dev.graft.run.RunDirectory;
import dev.graft.storage.LocalStorage;
import dev.graft.storage.Place;
import dev.graft.task.TextClassifier;
import dev.graft.train.Classification;
import dev.graft.train.data.Labelled;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What can be told of a classifier's training before it starts: rows by split and class, what is cut, steps, what is trained, memory,
 * one step's gradients. The rows are those of the augmentation, where it is finished, and of the corpus else.
 */
final class ClassCheck {
    private static final int SHOWN = 3;
    private static final int TRAIN = 0;
    private static final int COPIES = 1;
    private static final int VALIDATION = 2;
    private static final int TEST = 3;
    private static final List<String> SPLITS = List.of("train", "copies", "validation", "test");

    private final TrainPlan plan;
    private final CorpusRows corpus;
    private final PrintWriter out;
    private final List<String> problems = new ArrayList<>();

    private ClassCheck(TrainPlan plan, CorpusRows corpus, PrintWriter out) {
        this.plan = plan;
        this.corpus = corpus;
        this.out = out;
    }

    /**
     * Tells it, and takes no step.
     *
     * @return what is wrong; empty where nothing is
     */
    static List<String> run(TrainPlan plan, CorpusRows corpus, PrintWriter out) throws IOException {
        Path folder = Files.createTempDirectory("graft-check");
        try (SparkSession spark = Session.start("graft check")) {
            return new ClassCheck(plan, corpus, out).run(spark, new Place(new LocalStorage(), folder.toString()));
        } finally {
            RunDirectory.delete(folder);
        }
    }

    private List<String> run(SparkSession spark, Place staging) {
        Recipe recipe = plan.data();
        Column name = Columns.named(recipe.corpus()
                        .label()
                        .orElseThrow(() -> new InputException(
                                "corpus.label is missing: a classifier is trained on labelled rows")))
                .cast("string");
        RunDirectory directory = Storages.directory(spark, recipe);
        Optional<Manifest> grown = directory.manifest();
        out.println(
                grown.isPresent()
                        ? "rows of " + directory.at(Corpus.AUGMENTED)
                        : "rows of the corpus; " + recipe.out()
                                + " is not there yet, and copies come on top (plan tells how many)");
        Dataset<Row> all = grown.isPresent() ? augmented(spark, directory, grown.get()) : corpus(spark, staging);
        List<String> labels = CorpusTable.labels(all, name);
        Dataset<Row> rows = CorpusTable.measured(all, recipe, name, labels).cache();
        List<TokenCounts> lengths =
                SPLITS.stream().map(split -> new TokenCounts()).toList();
        classes(rows, labels, lengths);
        unknown(all, name, labels);
        for (int split = 0; split < SPLITS.size(); split++) {
            cut(SPLITS.get(split), lengths.get(split));
        }
        if (labels.size() < 2 || lengths.get(TEST).rows() == 0) {
            problems.add("a classifier needs 2 classes with a training row, and a labelled test row");
        }
        if (lengths.get(TRAIN).rows() == 0) {
            problems.forEach(each -> out.println("PROBLEM: " + each));
            return problems;
        }
        steps(lengths, grown.isPresent());
        step(rows, labels);
        return problems;
    }

    private Dataset<Row> augmented(SparkSession spark, RunDirectory directory, Manifest manifest) {
        Inputs.requireUnchanged(spark, plan.data(), manifest.from().inputs());
        return Storages.table(spark, directory.place(Corpus.AUGMENTED));
    }

    private Dataset<Row> corpus(SparkSession spark, Place staging) {
        Recipe recipe = plan.data();
        CorpusRows.Read read = corpus.read(spark, recipe, staging);
        read.notes().forEach(note -> out.println("  " + note));
        long all = read.documents() + read.bad();
        if (read.bad() > recipe.maxBadRows() * all) {
            problems.add(read.bad() + " of " + all + " rows can't be used; max-bad-rows allows a share of "
                    + recipe.maxBadRows());
        }
        return read.rows().withColumn("augmentation", lit(null).cast("struct<source_id:string>"));
    }

    private void classes(Dataset<Row> rows, List<String> labels, List<TokenCounts> lengths) {
        long[][] table = new long[labels.size()][SPLITS.size()];
        long unlabelled = 0;
        for (Row each : rows.groupBy("part", "copy", "label", "tokens")
                .agg(count(lit(1)))
                .collectAsList()) {
            int split = SPLITS.indexOf(each.getBoolean(1) ? "copies" : each.getString(0));
            if (split < 0 || each.getString(0).equals("unlabelled")) {
                unlabelled += each.getLong(4);
                continue;
            }
            lengths.get(split).add(each.getInt(3), each.getLong(4));
            if (each.getInt(2) >= 0) {
                table[each.getInt(2)][split] += each.getLong(4);
            }
        }
        int width = Math.max(5, labels.stream().mapToInt(String::length).max().orElse(0));
        String format = "  %-" + width + "s %,10d %,10d %,10d %,10d%n";
        out.printf(("  %-" + width + "s %10s %10s %10s %10s%n"), "class", "train", "copies", "validation", "test");
        for (int label = 0; label < labels.size(); label++) {
            long[] counts = table[label];
            out.printf(
                    Locale.ROOT,
                    format,
                    labels.get(label),
                    counts[TRAIN],
                    counts[COPIES],
                    counts[VALIDATION],
                    counts[TEST]);
        }
        out.printf(
                Locale.ROOT,
                format,
                "all",
                lengths.get(TRAIN).rows(),
                lengths.get(COPIES).rows(),
                lengths.get(VALIDATION).rows(),
                lengths.get(TEST).rows());
        if (unlabelled > 0) {
            out.printf(Locale.ROOT, "  and %,d training rows and copies without a label%n", unlabelled);
        }
        IntStream.range(0, labels.size())
                .filter(label -> table[label][TEST] == 0)
                .forEach(label -> out.println("WARNING: class " + labels.get(label) + " has no test row"));
    }

    /** Classes that are held out and never learnt: the training would refuse them. */
    private void unknown(Dataset<Row> all, Column name, List<String> labels) {
        all.where(name.isNotNull().and(col("augmentation").isNull()).and(not(name.isin(labels.toArray()))))
                .groupBy(name.as("name"), col("split"))
                .agg(count(lit(1)))
                .orderBy("name", "split")
                .collectAsList()
                .forEach(each -> problems.add("class " + each.getString(0) + " has no training row, and "
                        + each.getLong(2) + " of " + each.getString(1)));
    }

    private void cut(String split, TokenCounts lengths) {
        if (lengths.rows() == 0) {
            return;
        }
        int most = plan.train().maxLength();
        long cut = lengths.longerThan(most);
        out.printf(
                Locale.ROOT,
                "%s: %,d of %,d texts (%.1f %%) are cut at max-length = %d; %d would cut none, %d at most 1 %%%n",
                split,
                cut,
                lengths.rows(),
                100.0 * cut / lengths.rows(),
                most,
                lengths.cutting(0),
                lengths.cutting(0.01));
    }

    private void steps(List<TokenCounts> lengths, boolean grown) {
        long originals = lengths.get(TRAIN).rows();
        tellSteps("originals", originals);
        if (lengths.get(COPIES).rows() > 0) {
            tellSteps("originals and copies", originals + lengths.get(COPIES).rows());
        }
        List<String> arms = plan.arms().stream()
                .filter(arm -> arm.kind().tuned())
                .map(Arm::name)
                .toList();
        out.printf(
                Locale.ROOT,
                "trainings: %d, of the arms %s with %d seeds each%s%n",
                arms.size() * plan.seeds().size(),
                String.join(", ", arms),
                plan.seeds().size(),
                grown ? "" : "; what copies add to the steps is known once they are made");
        if (plan.compare().perClass() > 0) {
            out.println("  compare.per-class = " + plan.compare().perClass() + " takes fewer rows than these");
        }
    }

    private void tellSteps(String what, long rows) {
        int steps = plan.train().steps(Math.toIntExact(rows));
        int batch = plan.train().loop().batchSize();
        out.printf(
                Locale.ROOT,
                "steps on %s: %,d of %d rows, %.1f epochs of %,d rows%s%n",
                what,
                steps,
                batch,
                (double) steps / ((rows + batch - 1) / batch),
                rows,
                steps == plan.train().maxSteps() ? " (max-steps)" : "");
    }

    private void step(Dataset<Row> rows, List<String> labels) {
        Threads.set(Runtime.getRuntime().availableProcessors());
        Dataset<Row> train = rows.where(col("part").equalTo("train"));
        try (TextClassifier classifier = TextClassifier.untrained(
                Storages.files(plan.data().model()),
                plan.method(),
                labels,
                plan.train().pooling(),
                plan.train().maxLength(),
                plan.seeds().get(0),
                Device.cpu())) {
            out.println("as the model sees them:");
            for (Row each : train.orderBy("id").limit(SHOWN).collectAsList()) {
                Labelled row = row(each, classifier);
                out.println("  " + row.id() + ": " + classifier.tokenizer().whole(row.ids()) + " -> "
                        + labels.get(row.label()));
            }
            List<Labelled> longest = train
                    .orderBy(col("tokens").desc(), col("id"))
                    .limit(plan.train().loop().batchSize())
                    .collectAsList()
                    .stream()
                    .map(each -> row(each, classifier))
                    .toList();
            new StepCheck<>(
                            classifier.model(),
                            new Classification(classifier),
                            longest,
                            plan.train().loop(),
                            plan.train().maxLength())
                    .tell(out, problems);
        }
    }

    private static Labelled row(Row row, TextClassifier classifier) {
        return new Labelled(
                row.getAs("id"), classifier.tokenizer().ids(row.getAs("text")), row.<Integer>getAs("label"));
    }
}
