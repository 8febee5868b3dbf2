// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.graft.nn.KeyValueCache.KeyValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a decoder sees besides its own tokens: the states of an encoder. Rows of a decoder that write to one source share it, so
 * that its keys and values are computed and held once. B is the number of sources, S their tokens, H the hidden width. Not for
 * several threads.
 */
public final class Memory implements AutoCloseable {
    private final NDArray states;
    private final @Nullable NDManager manager;
    private final List<KeyValues> layers = new ArrayList<>();
    private TokenLayout layout;
    private int share = 1;

    private Memory(NDArray states, TokenLayout layout, @Nullable NDManager manager) {
        this.states = states;
        this.layout = layout;
        this.manager = manager;
    }

    /**
     * For one pass, in which gradients may flow into the states.
     *
     * @param states (B, S, H)
     */
    public static Memory of(NDArray states, TokenLayout layout) {
        return new Memory(states, layout, null);
    }

    /**
     * For several passes.
     *
     * @param states (B, S, H), which the memory owns from now on
     * @param parent the memory's arrays live at most as long
     */
    public static Memory kept(NDArray states, TokenLayout layout, NDManager parent) {
        NDManager own = parent.newSubManager();
        NDScope.unregister(states);
        states.attach(own);
        return new Memory(states, layout, own);
    }

    /** Where the tokens of the sources lie. */
    TokenLayout layout() {
        return layout;
    }

    /** Rows of the decoder that one source has, which lie behind each other. */
    int share() {
        return share;
    }

    /** The keys and values of a layer, as it computes them from the states. */
    KeyValues keyValues(int layer, Function<NDArray, KeyValues> compute) {
        if (manager == null) {
            return compute.apply(states);
        }
        if (layer == layers.size()) {
            KeyValues computed = compute.apply(states);
            layers.add(held(contiguous(computed.keys()), contiguous(computed.values()), manager));
        }
        return layers.get(layer);
    }

    /** As one block, so that no step has to make one of it. */
    private static NDArray contiguous(NDArray x) {
        long[] shape = x.getShape().getShape(); // (B, G, S, D)
        return x.reshape(shape[0] * shape[1], shape[2], shape[3]).reshape(shape);
    }

    /** Goes on with these rows of the decoder alone, in this order; one may be named several times. */
    public void keep(int[] rows) {
        if (manager == null || layers.isEmpty()) {
            throw new IllegalStateException("nothing was computed that could be kept");
        }
        int[] sources = Arrays.stream(rows).map(row -> row / share).toArray();
        int[] firsts = IntStream.range(0, sources.length)
                .filter(i -> i == 0 || sources[i] != sources[i - 1])
                .toArray();
        int each = sources.length / firsts.length;
        boolean even = IntStream.range(0, firsts.length).allMatch(i -> firsts[i] == i * each)
                && sources.length % firsts.length == 0;
        int[] kept = even ? Arrays.stream(firsts).map(i -> sources[i]).toArray() : sources;
        share = even ? each : 1;
        if (!Arrays.equals(kept, IntStream.range(0, layout.rows()).toArray())) {
            gather(kept, manager);
        }
    }

    private void gather(int[] kept, NDManager owner) {
        layout = layout.keep(kept);
        try (NDManager scope = owner.newSubManager()) {
            NDArray index = scope.create(kept);
            for (int layer = 0; layer < layers.size(); layer++) {
                try (KeyValues before = layers.get(layer)) {
                    KeyValues rows = before.rows(index);
                    layers.set(layer, held(rows.keys(), rows.values(), owner));
                }
            }
        }
    }

    private static KeyValues held(NDArray keys, NDArray values, NDManager owner) {
        NDScope.unregister(keys, values);
        keys.attach(owner);
        values.attach(owner);
        return new KeyValues(keys, values);
    }

    @Override
    public void close() {
        if (manager != null) {
            manager.close();
        }
    }
}
