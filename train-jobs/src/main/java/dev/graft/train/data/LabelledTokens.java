// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import java.util.Arrays;

/**
 * A text whose tokens are read, some of which carry loss. Which ones do is told by the labels alone, never by a token's id: the
 * token that pads a batch may be the one that ends a text.
 *
 * @param ids of the tokens
 * @param labels for each token what it should be, or {@link #NONE}
 */
public record LabelledTokens(String id, long[] ids, long[] labels) implements Row {
    /** The label of a token that carries no loss. */
    public static final long NONE = -100;

    public LabelledTokens {
        if (ids.length != labels.length || labels.length > 0 && labels[0] != NONE) {
            throw new IllegalArgumentException("row " + id + " has " + ids.length + " tokens and " + labels.length
                    + " labels; allowed are as many, and none for the first token, which nothing predicts");
        }
    }

    @Override
    public int tokens() {
        return ids.length;
    }

    @Override
    public int targets() {
        return (int) Arrays.stream(labels).filter(label -> label != NONE).count();
    }

    /** What a model reads that predicts each token from those before it: what stands before the last token with a label. */
    public long[] read() {
        int last = ids.length - 1;
        while (last > 1 && labels[last] == NONE) {
            last--;
        }
        return Arrays.copyOf(ids, Math.max(1, last));
    }

    /** The first tokens, at most {@code most}. */
    public LabelledTokens cut(int most) {
        return ids.length <= most
                ? this
                : new LabelledTokens(id, Arrays.copyOf(ids, most), Arrays.copyOf(labels, most));
    }
}
