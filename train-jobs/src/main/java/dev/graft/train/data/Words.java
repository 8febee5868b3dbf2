// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import java.util.Arrays;

/**
 * A text whose tokens belong to words, and what each token should be.
 *
 * @param ids of the tokens, the special ones among them
 * @param words for each token the number of its word, or {@link #SPECIAL}
 * @param labels for each token what it should be, or {@link LabelledTokens#NONE}
 */
public record Words(String id, long[] ids, int[] words, long[] labels) implements Row {
    /** The word of a token that is part of none. */
    public static final int SPECIAL = -1;

    public Words {
        if (ids.length != words.length || ids.length != labels.length) {
            throw new IllegalArgumentException("row " + id + " has " + ids.length + " tokens, " + words.length
                    + " words of them and " + labels.length + " labels; allowed are as many of each");
        }
    }

    /** Without labels. */
    public static Words unlabelled(String id, long[] ids, int[] words) {
        long[] labels = new long[ids.length];
        Arrays.fill(labels, LabelledTokens.NONE);
        return new Words(id, ids, words, labels);
    }

    /**
     * Labels of words as labels of tokens: the first token of a word has that of the word, the others have none (Devlin et al.
     * 2019, section 5.3).
     *
     * @param ofWords by the number of the word
     */
    public Words labelled(long[] ofWords) {
        long[] aligned = new long[ids.length];
        int last = SPECIAL;
        for (int i = 0; i < aligned.length; i++) {
            aligned[i] = words[i] == SPECIAL || words[i] == last ? LabelledTokens.NONE : ofWords[words[i]];
            last = words[i];
        }
        return new Words(id, ids, words, aligned);
    }

    @Override
    public int tokens() {
        return ids.length;
    }

    @Override
    public int targets() {
        return (int) Arrays.stream(labels)
                .filter(label -> label != LabelledTokens.NONE)
                .count();
    }
}
