// SPDX-License-Identifier: Apache-2.0
package dev.graft.task;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.checkpoint.ModelFolder;
import dev.graft.model.HeadKind;
import dev.graft.model.Model;
import dev.graft.nn.Context;
import dev.graft.nn.MaskedMean;
import dev.graft.nn.Pass;
import dev.graft.nn.TokenLayout;
import dev.graft.tokenize.Tokenizer;
import java.util.Arrays;
import java.util.List;

/** What a model of any family makes of a text as it is: the mean of the last hidden states, of length 1. */
public final class MeanStates implements AutoCloseable {
    private final NDManager manager;
    private final Tokenizer tokenizer;
    private final Model model;

    /**
     * @param maxLength tokens of a text that are looked at
     * @throws dev.graft.checkpoint.CheckpointException if the folder's model can't be built
     */
    public MeanStates(ModelFolder files, int maxLength, Device device) {
        manager = NDManager.newBaseManager(device, "PyTorch");
        try {
            model = Loading.model(files, HeadKind.NONE, manager);
            tokenizer = new Tokenizer(files.tokenizer(), Math.min(maxLength, model.positions()));
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    /** A vector of the hidden width for each text, in their order. The last digits of one may depend on the others. */
    public List<float[]> of(List<String> texts) {
        return List.of(ByLength.logits(texts, tokenizer, manager, this::mean));
    }

    /** (B, T) to (B, H). */
    private NDArray mean(Tokenizer.Batch batch) {
        int[] lengths = Arrays.stream(batch.mask().sum(new int[] {1}).toLongArray())
                .mapToInt(Math::toIntExact)
                .toArray();
        Context context = Context.of(TokenLayout.padded(lengths), batch.ids().getManager(), Pass.EVALUATION);
        return MaskedMean.of(model.states(batch.ids(), context), batch.mask()).normalize(2, 1);
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
