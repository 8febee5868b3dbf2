// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import dev.graft.corpus.InputException;

/** What was cut off, so that it is seen: counts over the rows of a corpus. Not for several threads. */
public final class Cuts {
    private int rows;
    private int cut;
    private long targets;
    private long lost;

    /**
     * The first tokens of a row, at most {@code most}.
     *
     * @throws InputException if no token that carries loss is left, or there was none
     */
    LabelledTokens cut(LabelledTokens row, int most) {
        if (row.targets() == 0) {
            throw new InputException("no token carries loss: nothing is learnt of the row");
        }
        LabelledTokens kept = row.cut(most);
        if (kept.targets() == 0) {
            throw new InputException("the first of its " + row.targets()
                    + " tokens that carry loss lies beyond max-length = " + most + ": nothing is learnt of the row");
        }
        rows++;
        targets += row.targets();
        if (kept.tokens() < row.tokens()) {
            cut++;
            lost += row.targets() - kept.targets();
        }
        return kept;
    }

    /** Counts a row whose tokens all carry loss, or are hidden in turn. */
    void count(int tokens, int kept) {
        rows++;
        targets += tokens;
        lost += tokens - kept;
        cut += kept < tokens ? 1 : 0;
    }

    /** Rows that were read, not counting those that were refused. */
    public int rows() {
        return rows;
    }

    /** Rows that were cut. */
    public int cut() {
        return cut;
    }

    /** Tokens that carry loss, before the cut. */
    public long targets() {
        return targets;
    }

    /** Those of them that were cut off. */
    public long lost() {
        return lost;
    }
}
