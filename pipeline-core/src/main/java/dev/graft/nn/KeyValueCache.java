// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of the tokens that were read, so that each is computed once. B is the batch, G the key/value heads, S the
 * tokens, C at least as many, D the width of a head. A layer's arrays have room for tokens to come, so that one more does not
 * copy all that were there. Not for several threads.
 */
public final class KeyValueCache implements AutoCloseable {
    /** Least tokens that there is room for when room is made; who has read more gets half as much again. */
    private static final int ROOM = 8;

    private final NDManager manager;
    private final List<KeyValues> layers = new ArrayList<>();
    private @Nullable TokenLayout layout;

    /**
     * @param keys (B, G, S, D)
     * @param values (B, G, S, D)
     */
    public record KeyValues(NDArray keys, NDArray values) implements AutoCloseable {
        /** Of these rows alone, in this order. */
        KeyValues rows(NDArray index) {
            return new KeyValues(rows(keys, index), rows(values, index));
        }

        /** As rows of a table, which the engine copies as blocks. */
        private static NDArray rows(NDArray array, NDArray index) {
            Shape shape = array.getShape();
            NDArray table = array.reshape(shape.get(0), -1);
            table.attach(index.getManager());
            NDArray rows = Embedding.embedding(index, table, SparseFormat.DENSE).singletonOrThrow();
            return rows.reshape(index.size(), shape.get(1), shape.get(2), shape.get(3));
        }

        @Override
        public void close() {
            keys.close();
            values.close();
        }
    }

    /**
     * @param parent the cache's arrays live at most as long
     */
    public KeyValueCache(NDManager parent) {
        manager = parent.newSubManager();
    }

    /** Where the tokens lie that are in the cache. */
    public TokenLayout layout() {
        if (layout == null) {
            throw new IllegalStateException("nothing was read yet");
        }
        return layout;
    }

    List<KeyValues> layers() {
        return List.copyOf(layers);
    }

    TokenLayout goOn(TokenLayout tokens) {
        layout = layout == null ? tokens : layout.then(tokens);
        return layout;
    }

    /** Appends to what a layer has seen, and answers all of it. */
    KeyValues append(int layer, NDArray keys, NDArray values) {
        if (layer == layers.size()) {
            layers.add(held(keys, values)); // no copy: a gradient flows through it
            return layers.get(layer);
        }
        long end = layout().tokens();
        long begin = end - keys.getShape().get(2);
        KeyValues room = layers.get(layer);
        if (room.keys.getShape().get(2) < end) {
            try (KeyValues before = room) {
                room = held(widened(before.keys, end), widened(before.values, end));
                layers.set(layer, room);
            }
        }
        NDIndex added = new NDIndex(":, :, {}:{}", begin, end);
        room.keys.set(added, keys);
        room.values.set(added, values);
        return new KeyValues(seen(room.keys, end, keys.getManager()), seen(room.values, end, keys.getManager()));
    }

    /** (B, G, C, D) with room behind {@code end}. */
    private static NDArray widened(NDArray array, long end) {
        Shape shape = array.getShape();
        long more = end + Math.max(ROOM, end / 2) - shape.get(2);
        try (NDArray room = array.getManager()
                .zeros(new Shape(shape.get(0), shape.get(1), more, shape.get(3)), array.getDataType())) {
            return array.concat(room, 2);
        }
    }

    /** (B, G, C, D) to (B, G, S, D), without a copy. */
    private static NDArray seen(NDArray array, long end, NDManager scope) {
        NDArray seen = array.get(new NDIndex(":, :, :{}", end));
        seen.attach(scope);
        return seen;
    }

    /** Goes on with these rows alone, in this order. */
    public void keep(int[] rows) {
        layout = layout().keep(rows);
        try (NDManager scope = manager.newSubManager()) {
            NDArray index = scope.create(rows);
            for (int layer = 0; layer < layers.size(); layer++) {
                try (KeyValues before = layers.get(layer)) {
                    KeyValues kept = before.rows(index);
                    layers.set(layer, held(kept.keys, kept.values));
                }
            }
        }
    }

    private KeyValues held(NDArray keys, NDArray values) {
        NDScope.unregister(keys, values);
        keys.attach(manager);
        values.attach(manager);
        return new KeyValues(keys, values);
    }

    @Override
    public void close() {
        manager.close();
    }
}
