// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.model.EncoderDecoder;
import dev.graft.model.Model;
import dev.graft.nn.Context;
import dev.graft.nn.Memory;
import dev.graft.nn.Pass;
import dev.graft.nn.TokenBatch;
import dev.graft.nn.engine.GradMode;
import dev.graft.train.Figures;
import dev.graft.train.Objective;
import dev.graft.train.data.Passes;
import dev.graft.train.data.SourceTarget;
import java.util.List;
import java.util.Map;

/**
 * Each token of a target, given its source and the target's tokens before it (Sutskever et al. 2014; the right ones are read, not
 * those that the model would have written). Expected tokens are smoothed (Vaswani et al. 2017, section 5.4); the loss of an
 * evaluation is not, and tells the perplexity.
 *
 * @param manager a sub-manager is the scope of a pass
 * @param start the token that a target begins with
 * @param smoothing from 0 to under 1
 */
public record SequenceToSequence(EncoderDecoder model, NDManager manager, long start, double smoothing)
        implements Objective<SourceTarget> {
    private static final int EVALUATED = 4096;

    public SequenceToSequence {
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException("label-smoothing is " + smoothing + "; allowed is from 0 to under 1");
        }
    }

    /**
     * A pass through both stacks.
     *
     * @param states of the decoder (1, P, H), those that predict
     */
    private record Read(NDArray states, Context context, TokenLoss loss) {}

    private Read read(List<SourceTarget> rows, NDManager scope, Pass pass, double smoothed) {
        TokenBatch sources =
                TokenBatch.padded(rows.stream().map(SourceTarget::source).toList(), scope);
        NDArray encoded = model.encode(sources.ids(), Context.of(sources.layout(), scope, pass)); // (B, S, H)
        TokenBatch targets = TokenBatch.padded(rows.stream().map(this::before).toList(), scope);
        TokenLoss loss = loss(rows, targets.layout().tokens(), smoothed);
        Context context = Context.of(targets.layout(), Memory.of(encoded, sources.layout()), scope, pass)
                .only(loss.places());
        return new Read(model.writer().states(targets.ids(), context), context, loss);
    }

    /** What stands before each token of a target. */
    private long[] before(SourceTarget row) {
        long[] before = new long[row.target().length];
        before[0] = start;
        System.arraycopy(row.target(), 0, before, 1, before.length - 1);
        return before;
    }

    private static TokenLoss loss(List<SourceTarget> rows, int width, double smoothing) {
        int all = rows.stream().mapToInt(SourceTarget::targets).sum();
        long[] places = new long[all];
        long[] expected = new long[all];
        int at = 0;
        for (int row = 0; row < rows.size(); row++) {
            long[] target = rows.get(row).target();
            for (int i = 0; i < target.length; i++, at++) {
                places[at] = (long) row * width + i;
                expected[at] = target[i];
            }
        }
        return new TokenLoss(places, expected, smoothing);
    }

    @Override
    public double learn(List<SourceTarget> rows, double share, Pass pass) {
        try (GradMode on = GradMode.on();
                NDManager scope = manager.newSubManager()) {
            Read read = read(rows, scope, pass, smoothing);
            return read.loss.backward(model.writer(), read.states, read.context, share);
        }
    }

    @Override
    public Figures evaluate(List<SourceTarget> rows) {
        TokenFigures figures = new TokenFigures();
        Model writer = model.writer();
        for (List<SourceTarget> some : Passes.of(rows, EVALUATED)) {
            try (GradMode off = GradMode.off();
                    NDManager scope = manager.newSubManager()) {
                Read read = read(some, scope, Pass.EVALUATION, 0);
                figures.add(read.loss, read.loss.of(writer, read.states, read.context));
            }
        }
        return new Figures(
                figures.loss(), Map.of("perplexity", Math.exp(figures.loss()), "token-accuracy", figures.accuracy()));
    }
}
