// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A stack of layers between embeddings and, in pre-norm models, a last norm: encoder or decoder, by the windows of its
 * attention. B is the batch, T the tokens, H the hidden width.
 *
 * @param prefix what each text sees before its own tokens
 */
public record Transformer(TokenEmbeddings embeddings, List<Layer> layers, Norm norm, Prefix prefix) {
    public Transformer {
        layers = List.copyOf(layers);
    }

    public Transformer(TokenEmbeddings embeddings, List<Layer> layers, Norm norm) {
        this(embeddings, layers, norm, Prefix.NONE);
    }

    /**
     * @param ids (B, T), token ids as int64
     * @return hidden states (B, T, H), or (1, P, H) where the context asks for some, owned by the manager of {@code ids}
     */
    public NDArray forward(NDArray ids, Context context) {
        int before = prefix.tokens();
        Context behind = before == 0 ? context : context.behind(before, prefixed(context));
        return through(embeddings.forward(ids, behind), behind);
    }

    /**
     * The keys and values of vectors that stand in the place of words, before any text.
     *
     * @param vectors (P, H)
     * @return of each layer, (1, G, P, D)
     */
    public List<KeyValueCache.KeyValues> keyValues(NDArray vectors, NDManager scope) {
        KeyValueCache cache = new KeyValueCache(scope);
        Context alone = Context.of(TokenLayout.padded((int) vectors.getShape().get(0)), cache, scope);
        NDArray batch = vectors.expandDims(0); // (1, P, H)
        batch.attach(scope);
        through(embeddings.placed(batch, alone, scope), alone);
        return cache.layers();
    }

    private List<KeyValueCache.KeyValues> prefixed(Context context) {
        List<KeyValueCache.KeyValues> computed = prefix.keyValues(this, context.scope());
        return context.pass().recomputation().map(each -> each.leaves(computed)).orElse(computed);
    }

    private NDArray through(NDArray embedded, Context context) {
        List<UnaryOperator<NDArray>> steps = new ArrayList<>();
        for (Layer layer : layers) {
            boolean last = steps.size() == layers.size() - 1;
            steps.add(x -> layer.forward(x, context, last));
        }
        steps.add(this::normed);
        Optional<Recomputation> recomputation = context.pass().recomputation();
        if (recomputation.isPresent()) {
            return recomputation
                    .get()
                    .through(embedded, steps, context.pass().masks().orElse(null));
        }
        NDArray x = embedded;
        for (UnaryOperator<NDArray> step : steps) {
            x = step.apply(x);
        }
        return x;
    }

    private NDArray normed(NDArray x) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray out = norm.forward(x);
            NDScope.unregister(out);
            return out;
        }
    }
}
