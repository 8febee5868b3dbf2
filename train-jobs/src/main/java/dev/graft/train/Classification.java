// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.nn.Pass;
import dev.graft.nn.engine.GradMode;
import dev.graft.nn.engine.Gradients;
import dev.graft.task.TextClassifier;
import dev.graft.tokenize.Tokenizer;
import dev.graft.train.data.Labelled;
import dev.graft.train.data.Passes;
import java.util.List;
import java.util.Map;

/** The class of a text: cross entropy. B is the batch, C the classes. */
public record Classification(TextClassifier classifier) implements Objective<Labelled> {
    private static final int EVALUATED = 4096;

    @Override
    public double learn(List<Labelled> rows, double share, Pass pass) {
        try (GradMode on = GradMode.on();
                NDManager scope = classifier.model().manager().newSubManager()) {
            NDArray likelihoods = likelihoods(rows, pass, scope).sum();
            NDArray factor = scope.create((float) -share).duplicate();
            Gradients.backward(likelihoods.mul(factor));
            pass.backward();
            return -likelihoods.getFloat();
        }
    }

    /** Log-likelihoods (B, 1) of the expected classes. */
    private NDArray likelihoods(List<Labelled> rows, Pass pass, NDManager scope) {
        NDArray logits = classifier.forward(
                Tokenizer.pad(rows.stream().map(Labelled::ids).toList(), scope), pass); // (B, C)
        long[] labels = rows.stream().mapToLong(Labelled::label).toArray();
        return logits.logSoftmax(-1).gather(scope.create(labels, new Shape(labels.length, 1)), 1);
    }

    @Override
    public Figures evaluate(List<Labelled> rows) {
        double sum = 0;
        int right = 0;
        for (List<Labelled> some : Passes.of(rows, EVALUATED)) {
            try (GradMode off = GradMode.off();
                    NDManager scope = classifier.model().manager().newSubManager()) {
                NDArray logits = classifier.forward(
                        Tokenizer.pad(some.stream().map(Labelled::ids).toList(), scope), Pass.EVALUATION);
                long[] labels = some.stream().mapToLong(Labelled::label).toArray();
                long[] likeliest = logits.argMax(-1).toLongArray();
                for (int row = 0; row < labels.length; row++) {
                    right += labels[row] == likeliest[row] ? 1 : 0;
                }
                sum -= logits.logSoftmax(-1)
                        .gather(scope.create(labels, new Shape(labels.length, 1)), 1)
                        .sum()
                        .getFloat();
            }
        }
        return new Figures(sum / rows.size(), Map.of("accuracy", (double) right / rows.size()));
    }
}
