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
import dev.graft.train.data.LabelledTokens;
import dev.graft.train.data.Passes;
import java.util.List;
import java.util.Map;

/**
 * Each token with a label, given those before it in its text: continued pre-training on texts, whose tokens all have labels, and
 * supervised fine-tuning on conversations, of which the assistant's have (Ouyang et al. 2022, section 3.5).
 *
 * @param manager a sub-manager is the scope of a pass
 * @param width tokens of a line in which texts are packed, one behind the other; 0 for one text a line
 */
public record NextToken(Model model, NDManager manager, int width) implements Objective<LabelledTokens> {
    private static final int EVALUATED = 2048;

    @Override
    public double learn(List<LabelledTokens> rows, double share, Pass pass) {
        try (GradMode on = GradMode.on();
                NDManager scope = manager.newSubManager()) {
            Arrangement layout = arranged(rows);
            TokenBatch batch = layout.on(scope);
            TokenLoss loss = TokenLoss.of(rows, layout);
            Context context = Context.of(batch.layout(), scope, pass).only(loss.places());
            return loss.backward(model, model.states(batch.ids(), context), context, share);
        }
    }

    private Arrangement arranged(List<LabelledTokens> rows) {
        List<long[]> texts = rows.stream().map(LabelledTokens::read).toList();
        return width == 0 ? Arrangement.padded(texts) : Arrangement.packed(texts, width);
    }

    @Override
    public Figures evaluate(List<LabelledTokens> rows) {
        TokenFigures figures = new TokenFigures();
        for (List<LabelledTokens> some : Passes.of(rows, EVALUATED)) {
            try (GradMode off = GradMode.off();
                    NDManager scope = manager.newSubManager()) {
                Arrangement layout = arranged(some);
                TokenBatch batch = layout.on(scope);
                TokenLoss loss = TokenLoss.of(some, layout);
                Context context =
                        Context.of(batch.layout(), scope, Pass.EVALUATION).only(loss.places());
                figures.add(loss, loss.of(model, model.states(batch.ids(), context), context));
            }
        }
        return new Figures(
                figures.loss(), Map.of("perplexity", Math.exp(figures.loss()), "token-accuracy", figures.accuracy()));
    }
}
