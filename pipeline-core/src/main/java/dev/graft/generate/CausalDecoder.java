// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.model.Decoder;
import dev.graft.model.Decoding;
import dev.graft.model.Model;
import dev.graft.nn.Context;
import dev.graft.nn.KeyValueCache;
import dev.graft.nn.TokenBatch;
import dev.graft.nn.TokenLayout;
import dev.graft.nn.engine.GradMode;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;

/** A causal language model that goes on from its sources, each token computed once. May be shared by threads. */
public final class CausalDecoder implements Decoder {
    private final Model model;
    private final BitSet ends;
    private final NDManager manager;

    /**
     * @param ends tokens that end a sequence
     * @param manager lives as long as the model; each decoding has a manager of its own below it
     */
    public CausalDecoder(Model model, BitSet ends, NDManager manager) {
        this.model = model;
        this.ends = (BitSet) ends.clone();
        this.manager = manager;
    }

    @Override
    public boolean ends(int token) {
        return ends.get(token);
    }

    @Override
    public boolean goesOn() {
        return true;
    }

    @Override
    public int targets() {
        return model.vocabulary();
    }

    /**
     * @throws IllegalArgumentException if a source is empty, or as long as the model's input
     */
    @Override
    public Decoding start(List<int[]> sources, int[] candidates) {
        for (int[] source : sources) {
            if (source.length < 1 || source.length >= model.positions()) {
                throw new IllegalArgumentException(
                        "a source of " + source.length + " tokens; allowed are 1 to " + (model.positions() - 1));
            }
        }
        return new Rows(sources, new WritableTokens(candidates, targets()));
    }

    private final class Rows implements Decoding {
        private final List<int[]> sources;
        private final WritableTokens candidates;
        private final KeyValueCache cache = new KeyValueCache(manager);
        private boolean begun;

        Rows(List<int[]> sources, WritableTokens candidates) {
            this.sources = sources;
            this.candidates = candidates;
        }

        @Override
        public <T> T step(int[] last, Function<NDArray, T> read) {
            try (GradMode off = GradMode.off();
                    NDManager scope = manager.newSubManager()) {
                TokenBatch batch = begun ? next(last, scope) : first(scope);
                begun = true;
                TokenLayout layout = batch.layout();
                Context context = Context.of(layout, cache, scope).only(layout.ends());
                NDArray ending = model.states(batch.ids(), context); // (1, B, H)
                NDArray logits = model.logits(ending, context).squeeze(0); // (B, V)
                return read.apply(candidates.of(logits));
            }
        }

        private TokenBatch first(NDManager scope) {
            List<long[]> ids = sources.stream()
                    .map(source -> Arrays.stream(source).asLongStream().toArray())
                    .toList();
            return TokenBatch.endingTogether(ids, scope);
        }

        private TokenBatch next(int[] last, NDManager scope) {
            TokenLayout layout = cache.layout().next();
            if (last.length != layout.rows()) {
                throw new IllegalArgumentException(last.length + " tokens for " + layout.rows() + " rows");
            }
            long[] ids = Arrays.stream(last).asLongStream().toArray();
            return new TokenBatch(scope.create(ids, new Shape(ids.length, 1)), layout);
        }

        @Override
        public void keep(int[] rows) {
            try (GradMode off = GradMode.off()) {
                cache.keep(rows);
            }
        }

        @Override
        public void close() {
            cache.close();
        }
    }
}
