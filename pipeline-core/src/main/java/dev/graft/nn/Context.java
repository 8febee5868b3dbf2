// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import dev.graft.nn.KeyValueCache.KeyValues;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all layers share in one forward pass: which tokens are read, what each may see, and what was read before. B is the
 * batch, T the tokens that are read now, S those and the ones before them, P those of a prefix. Not for several threads.
 */
public final class Context {
    private static final float UNSEEN = -1e9f;
    private static final long[] ALL = {};

    private final TokenLayout queries;
    private final TokenLayout keys;
    private final Optional<KeyValueCache> cache;
    private final @Nullable Memory memory;
    private final NDManager scope;
    private final Pass pass;
    private final int before;
    private final List<KeyValues> prefix;
    private final long[] places;
    private final Map<Window, Optional<NDArray>> biases = new HashMap<>();
    private final Map<Repeated, Optional<NDArray>> repeated = new HashMap<>();
    private final Map<Rotary, Rotary.Rotation> rotations = new IdentityHashMap<>();
    private @Nullable Optional<NDArray> memoryBias;
    private @Nullable Optional<long[]> cuts;

    private record Repeated(Window window, int share) {}

    private Context(
            TokenLayout queries,
            TokenLayout keys,
            Optional<KeyValueCache> cache,
            @Nullable Memory memory,
            NDManager scope,
            Pass pass,
            int before,
            List<KeyValues> prefix,
            long[] places) {
        this.places = places;
        this.before = before;
        this.prefix = prefix;
        this.queries = queries;
        this.keys = keys;
        this.cache = cache;
        this.memory = memory;
        this.scope = scope;
        this.pass = pass;
    }

    /**
     * @param scope owns what is computed for all layers
     */
    public static Context of(TokenLayout tokens, NDManager scope, Pass pass) {
        return new Context(tokens, tokens, Optional.empty(), null, scope, pass, 0, List.of(), ALL);
    }

    /** Of a decoder that sees a memory: row by row, text by text. */
    public static Context of(TokenLayout tokens, Memory memory, NDManager scope, Pass pass) {
        return new Context(tokens, tokens, Optional.empty(), memory, scope, pass, 0, List.of(), ALL);
    }

    /** In evaluation, with tokens that go on from what the cache holds. They are in the cache from then on. */
    public static Context of(TokenLayout tokens, KeyValueCache cache, NDManager scope) {
        return new Context(
                tokens, cache.goOn(tokens), Optional.of(cache), null, scope, Pass.EVALUATION, 0, List.of(), ALL);
    }

    /** As {@link #of(TokenLayout, KeyValueCache, NDManager)}, of a decoder that sees a memory. */
    public static Context of(TokenLayout tokens, KeyValueCache cache, Memory memory, NDManager scope) {
        return new Context(
                tokens, cache.goOn(tokens), Optional.of(cache), memory, scope, Pass.EVALUATION, 0, List.of(), ALL);
    }

    /** The same tokens behind a prefix of {@code tokens}, whose keys and values each layer has. */
    Context behind(int tokens, List<KeyValues> keyValues) {
        return new Context(
                queries.behind(tokens), keys.behind(tokens), cache, memory, scope, pass, tokens, keyValues, places);
    }

    /**
     * The same, where the states of some tokens alone are asked for: the last layer computes no others, and gives (1, P, H).
     *
     * @param places index in the flat batch (B T) of each (P); none for all tokens
     */
    public Context only(long... places) {
        return new Context(queries, keys, cache, memory, scope, pass, before, prefix, places);
    }

    /** States (B, T, H) to those that are asked for. */
    NDArray picked(NDArray states) {
        if (places.length == 0) {
            return states;
        }
        NDArray flat = states.reshape(-1, states.getShape().get(2)); // (B T, H)
        // A copy: the backward pass reads it when Java may have freed what it was created of.
        NDArray index = scope.create(places).duplicate();
        return Embedding.embedding(index, flat, SparseFormat.DENSE)
                .singletonOrThrow()
                .expandDims(0); // (1, P, H)
    }

    /** Keys and values (1, G, P, D) that each text of a layer sees before its own. */
    Optional<KeyValues> prefix(int layer) {
        return before == 0 ? Optional.empty() : Optional.of(prefix.get(layer));
    }

    NDManager scope() {
        return scope;
    }

    public Pass pass() {
        return pass;
    }

    /** The tokens that are read. */
    public TokenLayout tokens() {
        return queries;
    }

    Optional<KeyValueCache> cache() {
        return cache;
    }

    Memory memory() {
        if (memory == null) {
            throw new IllegalStateException("a layer looks at an encoder's states, and there are none");
        }
        return memory;
    }

    /** Added to the scores of what is in the memory: (B, 1, T, S) or (B, 1, 1, S); none where all is seen. */
    Optional<NDArray> memoryBias() {
        Optional<NDArray> known = memoryBias;
        if (known == null) {
            known = computed(queries, memory().layout());
            memoryBias = known;
        }
        return known;
    }

    private Optional<NDArray> computed(TokenLayout from, TokenLayout to) {
        boolean single = max(from.texts()) <= 0 && max(to.texts()) <= 0;
        int[] texts = single ? new int[to.rows()] : from.texts();
        int width = to.tokens();
        int each = texts.length / to.rows();
        float[] bias = new float[texts.length * width];
        boolean all = true;
        for (int query = 0; query < texts.length; query++) {
            for (int i = 0; i < width; i++) {
                boolean seen = texts[query] == to.texts()[query / each * width + i];
                bias[query * width + i] = seen ? 0 : UNSEEN;
                all &= seen;
            }
        }
        return all ? Optional.empty() : Optional.of(shared(scope.create(bias, new Shape(to.rows(), 1, each, width))));
    }

    private static int max(int[] values) {
        return Arrays.stream(values).max().orElse(0);
    }

    /** (B, 1, T, P + S) or (1, 1, T, P + S), 0 where a token may be seen and very negative where not; none where all are seen. */
    Optional<NDArray> bias(Window window) {
        return biases.computeIfAbsent(window, this::computed);
    }

    /** The same for queries of {@code share} heads behind each other: (B or 1, 1, share T, P + S). */
    Optional<NDArray> bias(Window window, int share) {
        return share == 1
                ? bias(window)
                : repeated.computeIfAbsent(
                        new Repeated(window, share),
                        each -> bias(window).map(bias -> shared(bias.tile(new long[] {1, 1, share, 1}))));
    }

    /** Where another text begins, if in a window a token sees all of its text up to itself, and no more is there to be seen. */
    Optional<long[]> cuts(Window window) {
        boolean ordered = window.after() == 0 && window.before() >= queries.tokens() - 1;
        if (!ordered || before != 0 || cache.isPresent()) {
            return Optional.empty();
        }
        Optional<long[]> known = cuts;
        if (known == null) {
            known = queries.cuts();
            cuts = known;
        }
        return known;
    }

    private Optional<NDArray> computed(Window window) {
        boolean uniform = queries.uniform() && keys.uniform();
        TokenLayout from = uniform ? queries.first() : queries;
        TokenLayout to = uniform ? keys.first() : keys;
        int width = before + to.tokens();
        float[] bias = new float[from.rows() * from.tokens() * width];
        boolean all = true;
        for (int query = 0; query < from.rows() * from.tokens(); query++) {
            int row = query / from.tokens();
            for (int i = 0; i < width; i++) {
                int key = row * to.tokens() + i - before;
                boolean own = i < before || from.texts()[query] == to.texts()[key];
                boolean seen = own && window.holds(from.positions()[query] - (i < before ? i : to.positions()[key]));
                bias[query * width + i] = seen ? 0 : UNSEEN;
                all &= seen;
            }
        }
        return all
                ? Optional.empty()
                : Optional.of(shared(scope.create(bias, new Shape(from.rows(), 1, from.tokens(), width))));
    }

    /** Angles for the tokens that are read. */
    Rotary.Rotation rotation(Rotary rotary) {
        return rotations.computeIfAbsent(rotary, each -> {
            Rotary.Rotation rotation = each.rotation(queries.uniform() ? queries.first() : queries, scope);
            shared(rotation.cosines());
            shared(rotation.sines());
            return rotation;
        });
    }

    /** It outlives the layer that first asked for it. */
    private static NDArray shared(NDArray array) {
        NDScope.unregister(array);
        return array;
    }
}
