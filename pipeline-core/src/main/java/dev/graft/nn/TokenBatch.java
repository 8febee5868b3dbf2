// SPDX-License-Identifier: Apache-2.0
package dev.graft.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * Texts as the model reads them.
 *
 * @param ids (B, T), 0 in the place of padding
 * @param layout where the tokens of each text lie
 */
public record TokenBatch(NDArray ids, TokenLayout layout) {
    /** One text a row, padded behind. */
    public static TokenBatch padded(List<long[]> texts, NDManager manager) {
        return of(texts, TokenLayout.padded(lengths(texts)), manager);
    }

    /** One text a row, padded before it. */
    public static TokenBatch endingTogether(List<long[]> texts, NDManager manager) {
        return of(texts, TokenLayout.endingTogether(lengths(texts)), manager);
    }

    private static int[] lengths(List<long[]> texts) {
        return texts.stream().mapToInt(ids -> ids.length).toArray();
    }

    private static TokenBatch of(List<long[]> texts, TokenLayout layout, NDManager manager) {
        long[] ids = new long[layout.rows() * layout.tokens()];
        long[] firsts = layout.firsts();
        for (int row = 0; row < texts.size(); row++) {
            System.arraycopy(texts.get(row), 0, ids, (int) firsts[row], texts.get(row).length);
        }
        return new TokenBatch(manager.create(ids, new Shape(layout.rows(), layout.tokens())), layout);
    }
}
