// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.model.Decoder;
import dev.graft.model.Decoding;
import dev.graft.model.EncoderDecoder;
import dev.graft.nn.Context;
import dev.graft.nn.KeyValueCache;
import dev.graft.nn.Memory;
import dev.graft.nn.Pass;
import dev.graft.nn.TokenBatch;
import dev.graft.nn.TokenLayout;
import dev.graft.nn.engine.GradMode;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;

/** Targets of an encoder-decoder. May be shared by threads. */
public final class TargetDecoder implements Decoder {
    private final EncoderDecoder model;
    private final int start;
    private final BitSet ends;
    private final NDManager manager;

    /**
     * @param start the token that a target begins with, and which is none of its own
     * @param ends tokens that end a target
     * @param manager lives as long as the model; each decoding has a manager of its own below it
     */
    public TargetDecoder(EncoderDecoder model, int start, BitSet ends, NDManager manager) {
        this.model = model;
        this.start = start;
        this.ends = (BitSet) ends.clone();
        this.manager = manager;
    }

    @Override
    public boolean ends(int token) {
        return ends.get(token);
    }

    @Override
    public boolean goesOn() {
        return false;
    }

    @Override
    public int targets() {
        return model.targets();
    }

    /**
     * @throws IllegalArgumentException if a source is empty, or longer than the model's input
     */
    @Override
    public Decoding start(List<int[]> sources, int[] candidates) {
        for (int[] source : sources) {
            if (source.length < 1 || source.length > model.positions()) {
                throw new IllegalArgumentException(
                        "a source of " + source.length + " tokens; allowed are 1 to " + model.positions());
            }
        }
        return new Rows(sources, new WritableTokens(candidates, targets()));
    }

    private final class Rows implements Decoding {
        private final WritableTokens candidates;
        private final KeyValueCache cache = new KeyValueCache(manager);
        private final Memory memory;
        private int rows;
        private boolean begun;

        Rows(List<int[]> sources, WritableTokens candidates) {
            this.candidates = candidates;
            rows = sources.size();
            List<long[]> ids = sources.stream()
                    .map(source -> Arrays.stream(source).asLongStream().toArray())
                    .toList();
            try (GradMode off = GradMode.off();
                    NDManager scope = manager.newSubManager()) {
                TokenBatch batch = TokenBatch.padded(ids, scope);
                NDArray states =
                        model.encode(batch.ids(), Context.of(batch.layout(), scope, Pass.EVALUATION)); // (B, S, H)
                memory = Memory.kept(states, batch.layout(), manager);
            } catch (RuntimeException e) {
                cache.close();
                throw e;
            }
        }

        @Override
        public <T> T step(int[] last, Function<NDArray, T> read) {
            if (last.length != rows) {
                throw new IllegalArgumentException(last.length + " tokens for " + rows + " rows");
            }
            try (GradMode off = GradMode.off();
                    NDManager scope = manager.newSubManager()) {
                long[] ids = begun ? Arrays.stream(last).asLongStream().toArray() : new long[rows];
                TokenLayout layout;
                if (begun) {
                    layout = cache.layout().next();
                } else {
                    Arrays.fill(ids, start);
                    layout = new TokenLayout(rows, 1, new int[rows], new int[rows]);
                }
                begun = true;
                Context context = Context.of(layout, cache, memory, scope);
                NDArray logits = model.logits(scope.create(ids, new Shape(rows, 1)), context)
                        .squeeze(1); // (R, V)
                return read.apply(candidates.of(logits));
            }
        }

        @Override
        public void keep(int[] kept) {
            try (GradMode off = GradMode.off()) {
                cache.keep(kept);
                memory.keep(kept);
                rows = kept.length;
            }
        }

        @Override
        public void close() {
            cache.close();
            memory.close();
        }
    }
}
