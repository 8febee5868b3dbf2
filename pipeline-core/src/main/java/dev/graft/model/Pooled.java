// SPDX-License-Identifier: Apache-2.0
package dev.graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import dev.graft.nn.Factor;
import dev.graft.nn.MaskedMean;
import dev.graft.nn.TokenLayout;
import java.util.Optional;

/** Which of a text's hidden states a classifier sees. B is the batch, T the tokens, H the hidden width. */
public enum Pooled {
    FIRST {
        @Override
        Optional<long[]> places(TokenLayout layout) {
            return Optional.of(layout.firsts());
        }
    },
    LAST {
        @Override
        Optional<long[]> places(TokenLayout layout) {
            return Optional.of(layout.ends());
        }
    },
    MEAN {
        @Override
        NDArray of(NDArray states, TokenLayout layout) {
            NDArray tokens =
                    states.getManager().create(layout.mask(), new Shape(layout.rows(), layout.tokens())); // (B, T)
            return MaskedMean.of(states, tokens); // (B, H)
        }
    },
    /** The mean, scaled to the length {@value #LENGTH}. */
    DIRECTION {
        @Override
        NDArray of(NDArray states, TokenLayout layout) {
            return Factor.of(LENGTH, states.getManager())
                    .times(MEAN.of(states, layout).normalize(2, 1)); // (B, H)
        }
    };

    /** Of {@link #DIRECTION}. */
    public static final double LENGTH = 8;

    /** (B, T, H) to (B, H). */
    NDArray of(NDArray states, TokenLayout layout) {
        return rows(states, places(layout).orElseThrow());
    }

    /** Index in the flat batch (B T) of the one state of each text that is seen (B), if it is one. */
    Optional<long[]> places(TokenLayout layout) {
        return Optional.empty();
    }

    private static NDArray rows(NDArray states, long[] rows) {
        NDManager scope = states.getManager();
        NDArray flat = states.reshape(-1, states.getShape().get(2)); // (B T, H)
        return Embedding.embedding(scope.create(rows), flat, SparseFormat.DENSE).singletonOrThrow(); // (B, H)
    }
}
