// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.graft.nn.engine.Fused;
import java.util.Optional;

/**
 * Self-attention of many heads (Vaswani et al. 2017, section 3.2), of which several may share keys and values (Ainslie et al.
 * 2023). B is the batch, T the tokens, S those and the ones before them, H the hidden width, N the heads, G the key/value
 * heads, D the width of a head.
 *
 * @param output map of the heads' mixed values
 * @param queryNorm of each query (D), before it is turned
 * @param keyNorm of each key (D), before it is turned
 * @param rotary positions of queries and keys; none where the model has others, or none in this layer
 */
public record Attention(
        Projections projections, Linear output, Options options, Norm queryNorm, Norm keyNorm, Optional<Rotary> rotary)
        implements Sublayer {
    /**
     * @param layer its index among the layers, by which it finds its keys and values in the cache
     * @param heads N
     * @param groups G, which divides N
     * @param scale of the scores, mostly 1 / sqrt(D)
     * @param window what a token may see
     * @param softCap scores s become cap tanh(s / cap) (Gemma 2, section 2); 0 for none
     * @param dropout of the attention weights
     */
    public record Options(
            int layer, int heads, int groups, Factor scale, Window window, double softCap, Dropout dropout) {
        public Options {
            if (groups < 1 || heads % groups != 0) {
                throw new IllegalArgumentException(heads + " heads can't share " + groups + " keys and values");
            }
        }
    }

    /** Without norms and rotary positions. */
    public static Attention plain(Projections projections, Linear output, Options options) {
        return new Attention(projections, output, options, Norm.NONE, Norm.NONE, Optional.empty());
    }

    @Override
    public NDArray forward(NDArray x, Context context) {
        long batch = x.getShape().get(0);
        long tokens = x.getShape().get(1);
        Pass pass = context.pass();
        NDList projected = projections.of(x, pass);
        NDArray q = turned(queryNorm.forward(split(projected.get(0), options.heads)), context); // (B, N, T, D)
        NDArray k = turned(keyNorm.forward(split(projected.get(1), options.groups)), context); // (B, G, T, D)
        NDArray v = split(projected.get(2), options.groups); // (B, G, T, D)
        if (context.cache().isPresent()) {
            KeyValueCache.KeyValues all = context.cache().get().append(options.layer, k, v);
            k = all.keys(); // (B, G, S, D)
            v = all.values(); // (B, G, S, D)
        }
        Optional<KeyValueCache.KeyValues> prefix = context.prefix(options.layer);
        if (prefix.isPresent()) {
            k = before(prefix.get().keys(), batch).concat(k, 2); // (B, G, P + S, D)
            v = before(prefix.get().values(), batch).concat(v, 2); // (B, G, P + S, D)
        }
        NDArray mixed = mixed(options.scale.times(q), k, v, context); // (B, T, N, D)
        return output.forward(mixed.reshape(batch, tokens, -1), pass); // (B, T, H)
    }

    private NDArray mixed(NDArray q, NDArray k, NDArray v, Context context) {
        boolean fused = options.softCap == 0 && !options.dropout.isDue(context.pass());
        Optional<long[]> cuts = fused ? context.cuts(options.window) : Optional.empty();
        if (cuts.isPresent()) {
            return textByText(q, k, v, cuts.get());
        }
        NDArray grouped = grouped(q); // (B, G, N / G T, D)
        NDArray mixed = fused ? fused(grouped, k, v, context) : weighed(grouped, k, v, context);
        return mixed.reshape(q.getShape()).transpose(0, 2, 1, 3); // (B, T, N, D)
    }

    /** What a text needs grows with the square of its own tokens, not of all that stand in the row. */
    private static NDArray textByText(NDArray q, NDArray k, NDArray v, long[] cuts) {
        if (cuts.length == 0) {
            return Fused.causalAttention(q, k, v);
        }
        NDList queries = q.split(cuts, 2);
        NDList keys = k.split(cuts, 2);
        NDList values = v.split(cuts, 2);
        NDList mixed = new NDList(queries.size());
        for (int text = 0; text < queries.size(); text++) {
            mixed.add(Fused.causalAttention(queries.get(text), keys.get(text), values.get(text)));
        }
        return NDArrays.concat(mixed, 1);
    }

    private NDArray fused(NDArray q, NDArray k, NDArray v, Context context) {
        return context.bias(options.window, options.heads / options.groups)
                .map(bias -> Fused.attention(q, k, v, bias))
                .orElseGet(() -> Fused.attention(q, k, v)); // (B, G, N / G T, D)
    }

    private NDArray weighed(NDArray q, NDArray k, NDArray v, Context context) {
        NDArray products = q.matMul(k.transpose(0, 1, 3, 2)); // (B, G, N / G T, S)
        NDArray scores = options.softCap == 0 ? products : SoftCap.of(products, options.softCap);
        NDArray biased = context.bias(options.window, options.heads / options.groups)
                .map(scores::add)
                .orElse(scores);
        return options.dropout.apply(biased.softmax(-1), context.pass()).matMul(v); // (B, G, N / G T, D)
    }

    private static NDArray before(NDArray x, long batch) {
        Shape shape = x.getShape(); // (1, G, P, D)
        return x.broadcast(batch, shape.get(1), shape.get(2), shape.get(3));
    }

    private NDArray split(NDArray x, long heads) {
        return x.reshape(x.getShape().get(0), x.getShape().get(1), heads, -1).transpose(0, 2, 1, 3); // (B, heads, T, D)
    }

    private NDArray turned(NDArray x, Context context) {
        return rotary.map(each -> context.rotation(each).turn(x)).orElse(x);
    }

    /** (B, N, T, D) to (B, G, N / G T, D): heads that share keys and values lie behind each other. */
    private NDArray grouped(NDArray x) {
        Shape shape = x.getShape();
        long share = options.heads / options.groups;
        return share == 1 ? x : x.reshape(shape.get(0), options.groups, share * shape.get(2), shape.get(3));
    }
}
