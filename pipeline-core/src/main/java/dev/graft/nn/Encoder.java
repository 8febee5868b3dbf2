// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.graft.checkpoint.BaseModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The encoder of BERT (Devlin et al. 2019): embeddings, then post-norm layers. Parameters carry the names that Hugging
 * Face gives them. B is the batch, T the tokens, H the hidden width.
 */
public final class Encoder {
    private final NDArray words;
    private final Transformer transformer;

    /**
     * @param manager owns the parameters
     * @param swap given each linear map with its name, such as {@code encoder.layer.0.attention.self.query}, answers
     *     what is put in its place: the map itself, or one that wraps it
     */
    public Encoder(BaseModel model, NDManager manager, BiFunction<String, Dense, Linear> swap) {
        Parameters parameters = new Parameters(model.name(), model.weights(), manager, swap);
        float eps = (float) model.config().layerNormEps();
        words = parameters.array("embeddings.word_embeddings.weight");
        Dropout dropout = new Dropout(model.config().hiddenDropoutProb());
        Embeddings embeddings = new Embeddings(
                words,
                Optional.empty(),
                Optional.of(new Embeddings.Positions(parameters.array("embeddings.position_embeddings.weight"), 0)),
                Optional.of(parameters
                        .array("embeddings.token_type_embeddings.weight")
                        .get(0)),
                parameters.norm("embeddings.LayerNorm", eps),
                dropout);
        int heads = model.config().numAttentionHeads();
        Factor scale = Factor.of(1 / Math.sqrt(model.config().hiddenSize() / (double) heads), manager);
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < model.config().numHiddenLayers(); i++) {
            String layer = "encoder.layer." + i + ".";
            Attention attention = Attention.plain(
                    new Projections.Separate(
                            parameters.linear(layer + "attention.self.query"),
                            parameters.linear(layer + "attention.self.key"),
                            parameters.linear(layer + "attention.self.value")),
                    parameters.linear(layer + "attention.output.dense"),
                    new Attention.Options(
                            i,
                            heads,
                            heads,
                            scale,
                            Window.ALL,
                            0,
                            new Dropout(model.config().attentionProbsDropoutProb())));
            FeedForward feedForward = new FeedForward(
                    parameters.linear(layer + "intermediate.dense"),
                    parameters.linear(layer + "output.dense"),
                    Activation.GELU);
            layers.add(new Layer(
                    Residual.postNorm(attention, parameters.norm(layer + "attention.output.LayerNorm", eps), dropout),
                    Residual.postNorm(feedForward, parameters.norm(layer + "output.LayerNorm", eps), dropout)));
        }
        transformer = new Transformer(embeddings, layers, Norm.NONE);
    }

    /** The word embeddings (V, H), to which a language model's head may be tied. */
    NDArray words() {
        return words;
    }

    /**
     * @param ids (B, T), token ids as int64
     * @param mask (B, T), 1 for a token and 0 for padding behind it, as int64
     * @return hidden states (B, T, H), owned by the manager of {@code ids}
     */
    public NDArray forward(NDArray ids, NDArray mask, Pass pass) {
        int[] lengths = Arrays.stream(mask.sum(new int[] {1}).toLongArray())
                .mapToInt(Math::toIntExact)
                .toArray();
        return transformer.forward(ids, Context.of(Layout.padded(lengths), ids.getManager(), pass));
    }
}
