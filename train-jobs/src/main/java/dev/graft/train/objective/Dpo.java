// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.model.Model;
import dev.graft.nn.Context;
import dev.graft.nn.Pass;
import dev.graft.nn.TokenBatch;
import dev.graft.nn.engine.GradMode;
import dev.graft.train.Figures;
import dev.graft.train.Objective;
import dev.graft.train.data.LabelledTokens;
import dev.graft.train.data.Pair;
import dev.graft.train.data.Passes;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Direct preference optimisation (Rafailov et al. 2023, equation 7): {@code -log sigmoid(beta margin)}, where the margin is how
 * much more likely than the reference the model makes the chosen answer, less that of the rejected one. Its gradient is that of
 * the answers' likelihoods, each times {@code beta sigmoid(-beta margin)}, so it is computed as that of a weighted cross entropy.
 *
 * @param reference makes the model the reference until it is closed
 * @param beta how far the model may move from the reference
 */
public record Dpo(Model model, NDManager manager, Supplier<? extends Reference> reference, double beta)
        implements Objective<Pair> {
    private static final int EVALUATED = 2048;

    /** While open, the model is what it was before it was trained. */
    public interface Reference extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    public double learn(List<Pair> rows, double share, Pass pass) {
        List<LabelledTokens> texts = texts(rows);
        Arrangement arranged =
                Arrangement.padded(texts.stream().map(LabelledTokens::read).toList());
        TokenLoss tokens = TokenLoss.of(texts, arranged);
        double[] referred = referred(texts, arranged, tokens);
        try (GradMode on = GradMode.on();
                NDManager scope = manager.newSubManager()) {
            TokenBatch batch = arranged.on(scope);
            Context context = Context.of(batch.layout(), scope, pass).only(tokens.places());
            NDArray states = model.states(batch.ids(), context);
            double[] margins =
                    margins(sums(texts, tokens.of(model, states, context).losses()), referred);
            float[] weights = new float[tokens.places().length];
            double loss = 0;
            int at = 0;
            for (int text = 0; text < texts.size(); text++) {
                double margin = margins[text % rows.size()];
                double slope = share * beta * sigmoid(-beta * margin) * (text < rows.size() ? 1 : -1);
                int end = at + texts.get(text).targets();
                java.util.Arrays.fill(weights, at, end, (float) slope);
                at = end;
                loss += text < rows.size() ? loss(margin) : 0;
            }
            tokens.backward(model, states, context, weights);
            return loss;
        }
    }

    /** The chosen ones, then the rejected ones. */
    private static List<LabelledTokens> texts(List<Pair> rows) {
        return Stream.concat(rows.stream().map(Pair::chosen), rows.stream().map(Pair::rejected))
                .toList();
    }

    /** Negative log-likelihoods of the texts by the reference. */
    private double[] referred(List<LabelledTokens> texts, Arrangement arranged, TokenLoss tokens) {
        try (Reference open = reference.get()) {
            return likelihoods(texts, arranged, tokens);
        }
    }

    private double[] likelihoods(List<LabelledTokens> texts, Arrangement arranged, TokenLoss tokens) {
        try (GradMode off = GradMode.off();
                NDManager scope = manager.newSubManager()) {
            TokenBatch batch = arranged.on(scope);
            Context context = Context.of(batch.layout(), scope, Pass.EVALUATION).only(tokens.places());
            return sums(
                    texts,
                    tokens.of(model, model.states(batch.ids(), context), context)
                            .losses());
        }
    }

    private static double[] sums(List<LabelledTokens> texts, float[] losses) {
        double[] sums = new double[texts.size()];
        int at = 0;
        for (int text = 0; text < sums.length; text++) {
            for (int end = at + texts.get(text).targets(); at < end; at++) {
                sums[text] += losses[at];
            }
        }
        return sums;
    }

    private static double[] margins(double[] losses, double[] referred) {
        double[] margins = new double[losses.length / 2];
        for (int pair = 0; pair < margins.length; pair++) {
            int rejected = pair + margins.length;
            margins[pair] = referred[pair] - losses[pair] - (referred[rejected] - losses[rejected]);
        }
        return margins;
    }

    private double loss(double margin) {
        double x = beta * margin;
        return Math.max(-x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Override
    public Figures evaluate(List<Pair> rows) {
        double loss = 0;
        double reward = 0;
        int right = 0;
        for (List<Pair> some : Passes.of(rows, EVALUATED)) {
            List<LabelledTokens> texts = texts(some);
            Arrangement arranged =
                    Arrangement.padded(texts.stream().map(LabelledTokens::read).toList());
            TokenLoss tokens = TokenLoss.of(texts, arranged);
            double[] referred = referred(texts, arranged, tokens);
            for (double margin : margins(likelihoods(texts, arranged, tokens), referred)) {
                loss += loss(margin);
                reward += beta * margin;
                right += margin > 0 ? 1 : 0;
            }
        }
        return new Figures(
                loss / rows.size(),
                Map.of("reward-margin", reward / rows.size(), "reward-accuracy", (double) right / rows.size()));
    }
}
