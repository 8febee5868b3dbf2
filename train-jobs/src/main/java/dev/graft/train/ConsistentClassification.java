// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.nn.Pass;
import dev.graft.nn.engine.GradMode;
import dev.graft.nn.engine.Gradients;
import dev.graft.random.Draw;
import dev.graft.random.Seeds;
import dev.graft.task.TextClassifier;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.data.Labelled;
import dev.graft.train.data.Row;
import dev.graft.train.data.SeenRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The class of a text, and that a copy of an unlabelled text is of the class of that (UDA, Xie et al. 2020, equation 1 with
 * sections 3.2 and 3.3): the mean cross entropy of the labelled rows that are released, plus the weighted mean over all drawn
 * unlabelled rows of KL(p(row), p(copy)). p(row) is the model's own prediction without dropout, sharpened; no gradient goes
 * through it, and it counts for nothing where the model is not confident. B is the batch, C the classes.
 *
 * @param pool unlabelled rows with a copy or more; may be empty
 */
record ConsistentClassification(Classification supervised, ConsistencyTraining how, List<Source> pool)
        implements Objective<ConsistentClassification.Drawn> {
    /** An unlabelled row in tokens, and its copies. */
    record Source(long[] ids, List<long[]> copies) {}

    /** An unlabelled row with the copy that one step sees. */
    private record Twin(long[] source, long[] copy) {}

    /**
     * A labelled row with the unlabelled ones that a step draws for it.
     *
     * @param released whether its label is learnt
     * @param share of a twin's divergence, by that of a labelled row's cross entropy
     */
    record Drawn(Labelled row, boolean released, List<Twin> twins, double share) implements Row {
        Drawn(Labelled row) {
            this(row, true, List.of(), 0);
        }

        @Override
        public String id() {
            return row.id();
        }

        @Override
        public int tokens() {
            return row.tokens()
                    + twins.stream()
                            .mapToInt(twin -> twin.source.length + twin.copy.length)
                            .sum();
        }

        @Override
        public int targets() {
            return released ? 1 : 0;
        }
    }

    static ConsistentClassification of(TextClassifier classifier, ConsistencyTraining how, List<Unlabelled> rows) {
        Tokenizer tokenizer = classifier.tokenizer();
        int[] copied = IntStream.range(0, rows.size())
                .filter(row -> !rows.get(row).copies().isEmpty())
                .toArray();
        return new ConsistentClassification(
                new Classification(classifier),
                how,
                SeenRows.each(
                        SeenRows.at(rows, copied),
                        row -> new Source(
                                tokenizer.ids(row.text()),
                                row.copies().stream().map(tokenizer::ids).toList())));
    }

    private TextClassifier classifier() {
        return supervised.classifier();
    }

    @Override
    public Drawn drawn(Drawn row, long seed) {
        List<Twin> twins = new ArrayList<>();
        RandomGenerator random = Seeds.random(seed);
        for (int i = 0; i < how.ratio() && !pool.isEmpty(); i++) {
            Source source = Draw.one(pool, random);
            twins.add(new Twin(source.ids, Draw.one(source.copies, random)));
        }
        return new Drawn(row.row, true, twins, 0);
    }

    @Override
    public List<Drawn> chosen(List<Drawn> rows, double progress) {
        boolean[] released = released(rows, progress);
        int targets = 0;
        int twins = 0;
        for (int i = 0; i < released.length; i++) {
            targets += released[i] ? 1 : 0;
            twins += rows.get(i).twins.size();
        }
        // The loop counts a step by its targets; of the divergence it is the mean over all that were drawn.
        double share = how.weight() * Math.max(1, targets) / Math.max(1, twins);
        List<Drawn> chosen = new ArrayList<>();
        for (int i = 0; i < released.length; i++) {
            chosen.add(new Drawn(rows.get(i).row, released[i], rows.get(i).twins, share));
        }
        return chosen;
    }

    private boolean[] released(List<Drawn> rows, double progress) {
        boolean[] released = new boolean[rows.size()];
        if (how.annealing() == ConsistencyTraining.Annealing.NONE) {
            Arrays.fill(released, true);
            return released;
        }
        int classes = classifier().labels().size();
        double threshold = how.annealing().threshold(progress, classes);
        float[] probabilities =
                probabilities(rows.stream().map(row -> row.row.ids()).toList());
        for (int i = 0; i < released.length; i++) {
            released[i] = probabilities[i * classes + rows.get(i).row.label()] <= threshold;
        }
        return released;
    }

    /** (B, C), row by row, without dropout and gradients. */
    private float[] probabilities(List<long[]> ids) {
        try (GradMode off = GradMode.off();
                NDManager scope = classifier().model().manager().newSubManager()) {
            return classifier()
                    .forward(Tokenizer.pad(ids, scope), Pass.EVALUATION)
                    .softmax(-1)
                    .toFloatArray();
        }
    }

    @Override
    public double learn(List<Drawn> rows, double share, Pass pass) {
        int classes = classifier().labels().size();
        List<long[]> ids = new ArrayList<>();
        List<float[]> expected = new ArrayList<>();
        for (Drawn row : rows) {
            if (row.released) {
                ids.add(row.row.ids());
                expected.add(new float[classes]);
                expected.get(expected.size() - 1)[row.row.label()] = 1;
            }
        }
        double entropy = 0;
        List<Twin> twins = rows.stream().flatMap(row -> row.twins.stream()).toList();
        if (!twins.isEmpty() && how.weight() > 0) {
            double each = rows.get(0).share;
            float[] sharp = new float[twins.size() * classes];
            double[] confidence = predicted(twins, sharp);
            for (int twin = 0; twin < confidence.length; twin++) {
                if (confidence[twin] >= how.confidence()) {
                    ids.add(twins.get(twin).copy);
                    float[] weighted = new float[classes];
                    for (int i = 0; i < classes; i++) {
                        double p = sharp[twin * classes + i];
                        weighted[i] = (float) (each * p);
                        entropy += p > 0 ? each * p * Math.log(p) : 0;
                    }
                    expected.add(weighted);
                }
            }
        }
        return ids.isEmpty() ? 0 : entropy + crossEntropy(ids, expected, share, pass);
    }

    /** Fills the sharpened predictions on the rows themselves, and answers how confident they were before that. */
    private double[] predicted(List<Twin> twins, float[] sharp) {
        float[] plain = probabilities(twins.stream().map(Twin::source).toList());
        int classes = plain.length / twins.size();
        double[] confidence = new double[twins.size()];
        for (int twin = 0; twin < confidence.length; twin++) {
            double sum = 0;
            for (int i = twin * classes; i < (twin + 1) * classes; i++) {
                confidence[twin] = Math.max(confidence[twin], plain[i]);
                sum += Math.pow(plain[i], 1 / how.temperature());
            }
            for (int i = twin * classes; i < (twin + 1) * classes; i++) {
                sharp[i] = (float) (Math.pow(plain[i], 1 / how.temperature()) / sum);
            }
        }
        return confidence;
    }

    /** Against weighted distributions; adds the gradients, times {@code share}. */
    private double crossEntropy(List<long[]> ids, List<float[]> expected, double share, Pass pass) {
        int classes = expected.get(0).length;
        float[] flat = new float[expected.size() * classes];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = expected.get(i / classes)[i % classes];
        }
        try (GradMode on = GradMode.on();
                NDManager scope = classifier().model().manager().newSubManager()) {
            NDArray likelihoods =
                    classifier().forward(Tokenizer.pad(ids, scope), pass).logSoftmax(-1); // (B, C)
            // A copy: the backward pass reads it when Java may have freed what it was created of.
            NDArray weights =
                    scope.create(flat, new Shape(expected.size(), classes)).duplicate();
            NDArray sum = likelihoods.mul(weights).sum();
            NDArray factor = scope.create((float) -share).duplicate();
            Gradients.backward(sum.mul(factor));
            pass.backward();
            return -sum.getFloat();
        }
    }

    @Override
    public Figures evaluate(List<Drawn> rows) {
        return supervised.evaluate(rows.stream().map(Drawn::row).toList());
    }
}
