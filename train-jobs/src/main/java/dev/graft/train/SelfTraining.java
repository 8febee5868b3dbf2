// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.config.Settings;
import dev.graft.stats.Metrics;
import dev.graft.task.TextClassifier;
import dev.graft.train.data.SeenRows;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Self-training (Yarowsky 1995; Lee 2013): rows that a trained model labels with confidence join the labelled ones, and the model is
 * trained again from the start.
 *
 * @param confidence of the likeliest class from which a row joins, from 0 to 1; default 0.9
 * @param precision where it is more than 0, the bound is the lowest confidence from which the validation rows are right in at least
 *     this share, and {@code confidence} where no bound reaches it; default 0
 * @param perClass most rows that join a class, the most confident first; 0, the default, for all
 * @param rounds how often it is done, 1 or more; default 1
 */
public record SelfTraining(double confidence, double precision, int perClass, int rounds) implements Serializable {
    /** Unlabelled rows that are judged together. */
    private static final int READ = 4096;

    public SelfTraining {
        LoopSettings.check(confidence >= 0 && confidence <= 1, "confidence", confidence, "from 0 to 1");
        LoopSettings.check(precision >= 0 && precision <= 1, "precision", precision, "from 0 (a fixed bound) to 1");
        LoopSettings.check(perClass >= 0, "per-class", perClass, "0 (all) or more");
        LoopSettings.check(rounds >= 1, "rounds", rounds, "1 or more");
    }

    /** Of the section {@code self-training}. */
    public static SelfTraining read(Settings section) {
        return new SelfTraining(
                section.number("confidence", 0.9, 0, 1),
                section.number("precision", 0, 0, 1),
                section.integer("per-class", 0, 0, LoopSettings.MOST),
                section.integer("rounds", 1, 1, 100));
    }

    /**
     * A row that the model labelled.
     *
     * @param row its place among the unlabelled ones
     * @param label the class that the model took for the likeliest
     * @param confidence that class's probability
     */
    public record Joined(int row, int label, double confidence) implements Serializable {}

    /**
     * What joined.
     *
     * @param rows the most confident first
     * @param bound confidence from which a row joined
     * @param asked unlabelled rows in all
     * @param taken whether the model that learnt them is the one that is kept; it is not where the validation part says otherwise
     */
    public record Round(List<Joined> rows, double bound, int asked, boolean taken) implements Serializable {
        public Round {
            rows = List.copyOf(rows);
        }

        double mean() {
            return rows.stream().mapToDouble(Joined::confidence).average().orElse(0);
        }

        /** Rows of each class. */
        public int[] ofClass(int classes) {
            int[] counts = new int[classes];
            rows.forEach(row -> counts[row.label]++);
            return counts;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d of %d rows joined, with a confidence of at least %.3f and %.3f in the mean%s",
                    rows.size(),
                    asked,
                    bound,
                    mean(),
                    taken ? "" : "; on the validation part the model before was better, and is kept");
        }
    }

    /** A model and how it came about. */
    public record Outcome(Trained trained, List<Round> rounds) implements AutoCloseable {
        @Override
        public void close() {
            trained.close();
        }
    }

    /**
     * Trains on the lesson, and on what the model makes of its unlabelled rows. Where the lesson has a validation part, a later model
     * is kept only if it gets no fewer of its rows right.
     *
     * @param trainer whose checkpoints, if it has some, get a folder a round
     */
    public Outcome train(ClassifierTrainer trainer, Lesson lesson) {
        List<Round> done = new ArrayList<>();
        Trained trained = trainer.inFolder("round-0").train(lesson);
        try {
            for (int round = 1; round <= rounds; round++) {
                Round joined = chosen(trained.classifier(), lesson);
                if (joined.rows.isEmpty()) {
                    done.add(joined);
                    break;
                }
                Trained next = trainer.inFolder("round-" + round)
                        .train(lesson.and(SeenRows.each(
                                joined.rows,
                                row -> new Example(
                                        lesson.unlabelled().get(row.row).text(), row.label))));
                boolean taken = right(next.classifier(), lesson.validation())
                        >= right(trained.classifier(), lesson.validation());
                done.add(new Round(joined.rows, joined.bound, joined.asked, taken));
                (taken ? trained : next).close();
                if (!taken) {
                    break;
                }
                trained = next;
            }
            return new Outcome(trained, List.copyOf(done));
        } catch (RuntimeException | Error e) {
            trained.close();
            throw e;
        }
    }

    private Round chosen(TextClassifier classifier, Lesson lesson) {
        List<Example> validation = lesson.validation();
        double[][] judged = validation.isEmpty() || precision == 0
                ? new double[0][]
                : classifier.probabilities(
                        validation.stream().map(Example::text).toList());
        double bound = bound(judged, validation);
        List<Unlabelled> rows = lesson.unlabelled();
        List<Joined> joined = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += READ) {
            List<String> texts = rows.subList(from, Math.min(rows.size(), from + READ)).stream()
                    .map(Unlabelled::text)
                    .toList();
            joined.addAll(confident(classifier.probabilities(texts), from, bound));
        }
        return new Round(chosen(joined), bound, rows.size(), true);
    }

    /** The lowest confidence from which the rows are right in the share that is asked for. */
    double bound(double[][] probabilities, List<Example> validation) {
        List<Integer> byConfidence = IntStream.range(0, probabilities.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer row) -> -most(probabilities[row])))
                .toList();
        Optional<Double> lowest = Optional.empty();
        int right = 0;
        for (int i = 0; i < byConfidence.size(); i++) {
            int row = byConfidence.get(i);
            right += likeliest(probabilities[row]) == validation.get(row).label() ? 1 : 0;
            boolean tied = i + 1 < byConfidence.size()
                    && most(probabilities[byConfidence.get(i + 1)]) == most(probabilities[row]);
            if (!tied && right >= precision * (i + 1)) {
                lowest = Optional.of(most(probabilities[row]));
            }
        }
        return lowest.orElse(confidence);
    }

    /**
     * Those of a confidence.
     *
     * @param from place of the first row
     */
    static List<Joined> confident(double[][] probabilities, int from, double bound) {
        List<Joined> rows = new ArrayList<>();
        for (int row = 0; row < probabilities.length; row++) {
            double most = most(probabilities[row]);
            if (most >= bound) {
                rows.add(new Joined(from + row, likeliest(probabilities[row]), most));
            }
        }
        return rows;
    }

    /** The most confident first, and at most so many of a class. */
    List<Joined> chosen(List<Joined> confident) {
        Map<Integer, Integer> counts = new HashMap<>();
        return confident.stream()
                .sorted(Comparator.comparingDouble((Joined row) -> -row.confidence)
                        .thenComparingInt(Joined::row))
                .filter(row -> perClass == 0 || counts.merge(row.label, 1, Integer::sum) <= perClass)
                .toList();
    }

    private static int right(TextClassifier classifier, List<Example> rows) {
        if (rows.isEmpty()) {
            return 0;
        }
        int[] predicted = Metrics.predictions(
                classifier.logits(rows.stream().map(Example::text).toList()));
        int right = 0;
        for (int row = 0; row < predicted.length; row++) {
            right += predicted[row] == rows.get(row).label() ? 1 : 0;
        }
        return right;
    }

    private static int likeliest(double[] probabilities) {
        int best = 0;
        for (int i = 1; i < probabilities.length; i++) {
            best = probabilities[i] > probabilities[best] ? i : best;
        }
        return best;
    }

    private static double most(double[] probabilities) {
        return probabilities[likeliest(probabilities)];
    }
}
