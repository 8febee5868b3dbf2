// SPDX-License-Identifier: Apache-2.0
package dev.graft.translate;

import java.util.List;
import java.util.OptionalInt;

/** Sentences of one language to tokens, and tokens to sentences of another. May be shared by threads. */
interface PairTokens extends AutoCloseable {
    /**
     * @param tokens with the end
     * @param unknown whether it holds a piece that the vocabulary has not
     */
    record Source(int[] tokens, boolean unknown) {}

    /**
     * @param unknown whether it holds the piece that stands for none
     */
    record Target(String text, boolean unknown) {}

    Source source(String sentence);

    /**
     * @param tokens without the end
     */
    Target target(List<Integer> tokens);

    /** The token that a translation begins with, which names its language. */
    default OptionalInt first() {
        return OptionalInt.empty();
    }

    @Override
    void close();
}
