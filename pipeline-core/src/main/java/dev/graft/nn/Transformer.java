// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.List;

/**
 * A stack of layers between embeddings and, in pre-norm models, a last norm: encoder or decoder, by the windows of its
 * attention. B is the batch, T the tokens, H the hidden width.
 */
public record Transformer(TokenEmbeddings embeddings, List<Layer> layers, Norm norm) {
    public Transformer {
        layers = List.copyOf(layers);
    }

    /**
     * @param ids (B, T), token ids as int64
     * @return hidden states (B, T, H), owned by the manager of {@code ids}
     */
    public NDArray forward(NDArray ids, Context context) {
        NDArray x = embeddings.forward(ids, context);
        for (Layer layer : layers) {
            x = layer.forward(x, context);
        }
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray out = norm.forward(x);
            NDScope.unregister(out);
            return out;
        }
    }
}
