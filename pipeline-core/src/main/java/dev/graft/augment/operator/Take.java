// SPDX-License-Identifier: Apache-2.0
package dev.graft.augment.operator;

/** What is taken of the answers of a translator: {@code take}. */
enum Take {
    /** The first that is good as a whole. */
    SENTENCES(5, 2),
    /** Of all together, the words that hold by themselves. */
    WORDS(8, 4);

    private final int tries;
    private final int backs;

    Take(int tries, int backs) {
        this.tries = tries;
        this.backs = backs;
    }

    /** Other ways into the pivots that are tried where none are named. */
    int tries() {
        return tries;
    }

    /** Ways back from each of these. */
    int backs() {
        return backs;
    }
}
