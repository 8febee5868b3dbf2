// SPDX-License-Identifier: Apache-2.0
package dev.graft.text;

/** English function words, which have no synonyms worth having. */
public final class StopWords {
    private StopWords() {}

    public static boolean contains(String word) {
        return FunctionWords.is(FunctionWords.STOP, word);
    }
}
