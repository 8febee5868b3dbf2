// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.objective;

import ai.djl.ndarray.NDManager;
import dev.graft.model.Model;
import dev.graft.nn.Context;
import dev.graft.nn.Pass;
import dev.graft.nn.TokenBatch;
import dev.graft.nn.engine.GradMode;
import dev.graft.train.Figures;
import dev.graft.train.Objective;
import dev.graft.train.data.Passes;
import dev.graft.train.data.Words;
import java.util.List;
import java.util.Map;

/**
 * The class of each token that has a label: cross entropy of the token's own state.
 *
 * @param manager a sub-manager is the scope of a pass
 */
public record TokenClassification(Model model, NDManager manager) implements Objective<Words> {
    private static final int EVALUATED = 4096;

    @Override
    public double learn(List<Words> rows, double share, Pass pass) {
        try (GradMode on = GradMode.on();
                NDManager scope = manager.newSubManager()) {
            Arrangement arranged = arranged(rows);
            TokenBatch batch = arranged.on(scope);
            TokenLoss loss = TokenLoss.ofEach(rows, arranged);
            Context context = Context.of(batch.layout(), scope, pass).only(loss.places());
            if (loss.places().length == 0) {
                return 0;
            }
            return loss.backward(model, model.states(batch.ids(), context), context, share);
        }
    }

    private static Arrangement arranged(List<Words> rows) {
        return Arrangement.padded(rows.stream().map(Words::ids).toList());
    }

    @Override
    public Figures evaluate(List<Words> rows) {
        TokenFigures figures = new TokenFigures();
        for (List<Words> some : Passes.of(rows, EVALUATED)) {
            try (GradMode off = GradMode.off();
                    NDManager scope = manager.newSubManager()) {
                Arrangement arranged = arranged(some);
                TokenBatch batch = arranged.on(scope);
                TokenLoss loss = TokenLoss.ofEach(some, arranged);
                Context context =
                        Context.of(batch.layout(), scope, Pass.EVALUATION).only(loss.places());
                figures.add(loss, loss.of(model, model.states(batch.ids(), context), context));
            }
        }
        return new Figures(figures.loss(), Map.of("token-accuracy", figures.accuracy()));
    }
}
