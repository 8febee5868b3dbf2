// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import dev.graft.checkpoint.BaseModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The encoder of BERT (Devlin et al. 2019): embeddings, then post-norm layers. Parameters carry the names that Hugging
 * Face gives them. B is the batch, T the tokens, H the hidden width.
 */
public final class Encoder {
    private static final float UNSEEN = -1e9f;

    private final NDArray words;
    private final NDArray positions;
    private final NDArray firstType;
    private final Norm norm;
    private final Dropout dropout;
    private final List<Layer> layers;

    private record Layer(Attention attention, Norm attentionNorm, FeedForward feedForward, Norm norm, Dropout dropout) {
        NDArray forward(NDArray x, NDArray bias, Pass pass) {
            try (NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                NDArray attended = attentionNorm.forward(x.add(dropout.apply(attention.forward(x, bias, pass), pass)));
                NDArray out = norm.forward(attended.add(dropout.apply(feedForward.forward(attended, pass), pass)));
                NDScope.unregister(out);
                return out;
            }
        }
    }

    /**
     * @param manager owns the parameters
     * @param swap given each linear map with its name, such as {@code encoder.layer.0.attention.self.query}, answers
     *     what is put in its place: the map itself, or one that wraps it
     */
    public Encoder(BaseModel model, NDManager manager, BiFunction<String, Dense, Linear> swap) {
        Parameters parameters = new Parameters(model.name(), model.weights(), manager, swap);
        float eps = (float) model.config().layerNormEps();
        words = parameters.array("embeddings.word_embeddings.weight");
        positions = parameters.array("embeddings.position_embeddings.weight");
        firstType = parameters.array("embeddings.token_type_embeddings.weight").get(0);
        norm = parameters.norm("embeddings.LayerNorm", eps);
        dropout = new Dropout(model.config().hiddenDropoutProb());
        int heads = model.config().numAttentionHeads();
        Factor scale = Factor.of(1 / Math.sqrt(model.config().hiddenSize() / (double) heads), manager);
        layers = new ArrayList<>();
        for (int i = 0; i < model.config().numHiddenLayers(); i++) {
            String layer = "encoder.layer." + i + ".";
            layers.add(new Layer(
                    new Attention(
                            parameters.linear(layer + "attention.self.query"),
                            parameters.linear(layer + "attention.self.key"),
                            parameters.linear(layer + "attention.self.value"),
                            parameters.linear(layer + "attention.output.dense"),
                            heads,
                            scale,
                            new Dropout(model.config().attentionProbsDropoutProb())),
                    parameters.norm(layer + "attention.output.LayerNorm", eps),
                    new FeedForward(
                            parameters.linear(layer + "intermediate.dense"),
                            parameters.linear(layer + "output.dense"),
                            Activation::gelu),
                    parameters.norm(layer + "output.LayerNorm", eps),
                    dropout));
        }
    }

    /** The word embeddings (V, H), to which a language model's head may be tied. */
    NDArray words() {
        return words;
    }

    /**
     * @param ids (B, T), token ids as int64
     * @param mask (B, T), 1 for a token and 0 for padding, as int64
     * @return hidden states (B, T, H), owned by the manager of {@code ids}
     */
    public NDArray forward(NDArray ids, NDArray mask, Pass pass) {
        NDArray bias = mask.toType(DataType.FLOAT32, false)
                .sub(1)
                .mul(-UNSEEN)
                .expandDims(1)
                .expandDims(1); // (B, 1, 1, T)
        NDArray x = embed(ids, pass);
        for (Layer layer : layers) {
            x = layer.forward(x, bias, pass);
        }
        return x;
    }

    private NDArray embed(NDArray ids, Pass pass) {
        // What is looked up or sliced belongs to the manager of the parameters, and would stay as long as they do.
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray word = Embedding.embedding(ids, words, SparseFormat.DENSE).singletonOrThrow(); // (B, T, H)
            NDArray position = positions.get("0:" + ids.getShape().get(1)); // (T, H)
            NDArray out = dropout.apply(norm.forward(word.add(position).add(firstType)), pass);
            out.attach(ids.getManager());
            NDScope.unregister(out);
            return out;
        }
    }
}
