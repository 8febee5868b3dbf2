// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import java.util.Arrays;
import java.util.Optional;

/**
 * The vector of each token. V is the vocabulary, H the hidden width.
 *
 * @param words (V, H)
 * @param scale of a word's vector, as Gemma has it
 * @param positions learnt vectors of the positions
 * @param type (segments, H); all tokens are of the first one
 */
public record TokenEmbeddings(
        NDArray words,
        Optional<Factor> scale,
        Optional<Positions> positions,
        Optional<NDArray> type,
        Norm norm,
        Dropout dropout) {
    /**
     * @param table (positions, H)
     * @param offset row of the first position
     */
    public record Positions(NDArray table, int offset) {}

    /** Of words alone. */
    public static TokenEmbeddings of(NDArray words) {
        return new TokenEmbeddings(
                words, Optional.empty(), Optional.empty(), Optional.empty(), Norm.NONE, new Dropout(0));
    }

    /** The vectors (P, H) of tokens, without what their place adds. */
    public NDArray vectors(long[] ids, NDManager owner) {
        NDArray word = look(words, owner.create(ids)); // (P, H)
        word.attach(owner);
        return scale.map(factor -> factor.times(word)).orElse(word);
    }

    /** Token ids (B, T) to (B, T, H), owned by the manager of {@code ids}. */
    NDArray forward(NDArray ids, Context context) {
        // What is looked up belongs to the manager of the parameters, and would stay as long as they do.
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray word = look(words, ids); // (B, T, H)
            return placed(scale.map(factor -> factor.times(word)).orElse(word), context, ids.getManager());
        }
    }

    /**
     * Vectors in the place of words (B, T, H), with all that is added to these.
     *
     * @param owner of what is answered
     */
    NDArray placed(NDArray vectors, Context context, NDManager owner) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray x = vectors;
            if (positions.isPresent()) {
                x = x.add(position(positions.get(), context.tokens(), owner));
            }
            if (type.isPresent()) {
                x = x.add(type.get().get(0));
            }
            NDArray out = dropout.apply(norm.forward(x), context.pass());
            if (out == vectors) {
                out = vectors.reshape(vectors.getShape()); // another hold on it, through which gradients flow
            }
            out.attach(owner);
            NDScope.unregister(out);
            return out;
        }
    }

    private static NDArray position(Positions positions, TokenLayout layout, NDManager owner) {
        TokenLayout tokens = layout.uniform() ? layout.first() : layout;
        long[] rows = Arrays.stream(tokens.positions())
                .mapToLong(position -> position + positions.offset)
                .toArray();
        NDArray index = owner.create(rows, new Shape(tokens.rows(), tokens.tokens()));
        return look(positions.table, index); // (B, T, H) or (1, T, H)
    }

    private static NDArray look(NDArray table, NDArray index) {
        return Embedding.embedding(index, table, SparseFormat.DENSE).singletonOrThrow();
    }
}
