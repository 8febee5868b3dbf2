// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.model.Model;
import dev.graft.nn.Context;
import dev.graft.nn.engine.GradMode;
import dev.graft.nn.engine.Gradients;
import dev.graft.train.data.LabelledTokens;
import dev.graft.train.data.Words;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Cross entropy at some tokens of a batch. Logits are computed there alone, and a few at a time: the backward pass goes through
 * the head chunk by chunk, and then once through the layers, so that no array is larger than (CHUNK, V). B is the batch, T the
 * tokens, H the hidden width, V the vocabulary, P the predicted tokens.
 *
 * @param places index in the flat batch (B T) of the state that predicts each (P)
 * @param expected the ids (P) of the expected tokens, or of classes
 * @param smoothing share of the probability that is expected of all tokens alike (Szegedy et al. 2016, section 7), from 0 to under 1
 */
record TokenLoss(long[] places, long[] expected, double smoothing) {
    private static final int CHUNK = 256;

    TokenLoss(long[] places, long[] expected) {
        this(places, expected, 0);
    }

    /** Of texts whose tokens are each predicted by the one before. */
    static TokenLoss of(List<LabelledTokens> texts, Arrangement arranged) {
        LongStream.Builder places = LongStream.builder();
        LongStream.Builder expected = LongStream.builder();
        for (int text = 0; text < texts.size(); text++) {
            long[] labels = texts.get(text).labels();
            for (int i = 1; i < labels.length; i++) {
                if (labels[i] != LabelledTokens.NONE) {
                    places.add(arranged.starts()[text] + i - 1L);
                    expected.add(labels[i]);
                }
            }
        }
        return new TokenLoss(places.build().toArray(), expected.build().toArray());
    }

    /** Of texts each of whose tokens is predicted by its own state. */
    static TokenLoss ofEach(List<Words> texts, Arrangement arranged) {
        LongStream.Builder places = LongStream.builder();
        LongStream.Builder expected = LongStream.builder();
        for (int text = 0; text < texts.size(); text++) {
            long[] labels = texts.get(text).labels();
            for (int i = 0; i < labels.length; i++) {
                if (labels[i] != LabelledTokens.NONE) {
                    places.add(arranged.starts()[text] + i);
                    expected.add(labels[i]);
                }
            }
        }
        return new TokenLoss(places.build().toArray(), expected.build().toArray());
    }

    /**
     * What was predicted.
     *
     * @param losses negative log-likelihoods (P), in nats
     * @param likeliest ids (P) of the likeliest tokens
     */
    record Predicted(float[] losses, long[] likeliest) {
        double sum() {
            double sum = 0;
            for (float loss : losses) {
                sum += loss;
            }
            return sum;
        }
    }

    /**
     * Without gradients.
     *
     * @param states (1, P, H), of {@link #places} alone
     */
    Predicted of(Model model, NDArray states, Context context) {
        Predicted all = new Predicted(new float[places.length], new long[places.length]);
        try (GradMode off = GradMode.off()) {
            NDArray picked = states.reshape(-1, states.getShape().get(2)); // (P, H)
            for (int from = 0; from < places.length; from += CHUNK) {
                int to = Math.min(places.length, from + CHUNK);
                try (NDManager scope = states.getManager().newSubManager()) {
                    NDArray logits = logits(model, picked, from, to, context, scope); // (P', V)
                    copy(losses(logits, from, to, scope), all.losses, from);
                    System.arraycopy(logits.argMax(-1).toLongArray(), 0, all.likeliest, from, to - from);
                }
            }
        }
        return all;
    }

    /**
     * Adds the gradients of {@code weight * sum(loss)}.
     *
     * @param states (1, P, H), of {@link #places} alone, computed while {@link GradMode#on()} was open
     * @return the sum of the losses, in nats and not weighted
     */
    double backward(Model model, NDArray states, Context context, double weight) {
        float[] weights = new float[places.length];
        Arrays.fill(weights, (float) weight);
        double sum = 0;
        for (float each : backward(model, states, context, weights)) {
            sum += each;
        }
        return sum;
    }

    /**
     * Adds the gradients of {@code sum(weight * loss)}.
     *
     * @param states (1, P, H), of {@link #places} alone, computed while {@link GradMode#on()} was open
     * @param weights (P) of each token's loss
     * @return the losses (P), in nats and not weighted
     */
    float[] backward(Model model, NDArray states, Context context, float[] weights) {
        float[] all = new float[places.length];
        NDArray picked = states.reshape(-1, states.getShape().get(2)); // (P, H)
        NDArray leaf = Gradients.leaf(picked);
        for (int from = 0; from < places.length; from += CHUNK) {
            int to = Math.min(places.length, from + CHUNK);
            try (NDManager scope = states.getManager().newSubManager()) {
                NDArray losses = losses(logits(model, leaf, from, to, context, scope), from, to, scope); // (P')
                // A copy, for what is lent by Java is read again in the backward pass.
                NDArray weight =
                        scope.create(Arrays.copyOfRange(weights, from, to)).duplicate();
                Gradients.backward(losses.mul(weight).sum());
                copy(losses, all, from);
            }
        }
        Gradients.backward(picked, leaf.getGradient());
        context.pass().backward();
        return all;
    }

    private static NDArray logits(Model model, NDArray picked, int from, int to, Context context, NDManager scope) {
        NDArray some = picked.get(from + ":" + to); // (P', H)
        some.attach(scope);
        return model.logits(some, context);
    }

    /** (P', V) to negative log-likelihoods, smoothed (P'). */
    private NDArray losses(NDArray logits, int from, int to, NDManager scope) {
        NDArray tokens = scope.create(Arrays.copyOfRange(expected, from, to), new Shape(to - from, 1))
                .duplicate();
        NDArray likelihoods = logits.logSoftmax(-1);
        NDArray own = likelihoods.gather(tokens, 1).reshape(-1);
        NDArray all = smoothing == 0
                ? own
                : own.mul(1 - smoothing).add(likelihoods.mean(new int[] {1}).mul(smoothing));
        return all.neg();
    }

    private static void copy(NDArray losses, float[] all, int from) {
        float[] values = losses.toFloatArray();
        System.arraycopy(values, 0, all, from, values.length);
    }
}
