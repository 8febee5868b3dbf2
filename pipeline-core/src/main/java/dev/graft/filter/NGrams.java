// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/** Runs of words of a text as hashes, to find what two texts have in common. */
public final class NGrams {
    private NGrams() {}

    /**
     * The distinct runs of {@code n} words, lower-cased and without what is neither letter nor digit, as 64-bit hashes in
     * order; empty for a text of fewer words (Brown et al. 2020, GPT-3, appendix C: n = 13).
     */
    public static long[] words(String text, int n) {
        List<String> words = new ArrayList<>();
        int start = -1;
        String lower = text.toLowerCase(Locale.ROOT);
        for (int i = 0; i <= lower.length(); i++) {
            boolean inside = i < lower.length() && Character.isLetterOrDigit(lower.charAt(i));
            if (inside && start < 0) {
                start = i;
            } else if (!inside && start >= 0) {
                words.add(lower.substring(start, i));
                start = -1;
            }
        }
        long[] hashes = new long[Math.max(0, words.size() - n + 1)];
        for (int i = 0; i < hashes.length; i++) {
            long hash = 0xcbf29ce484222325L;
            for (int word = i; word < i + n; word++) {
                hash = mixed(hash * 31 + words.get(word).hashCode());
            }
            hashes[i] = hash;
        }
        return LongStream.of(hashes).sorted().distinct().toArray();
    }

    /**
     * The distinct runs of {@code n} chars of a text, lower-cased, as indices from 0 to under {@code dimension}, in order;
     * for a shorter text the text itself.
     */
    public static int[] characters(String text, int n, int dimension) {
        String lower = text.toLowerCase(Locale.ROOT);
        int count = Math.max(1, lower.length() - n + 1);
        int[] indices = new int[count];
        for (int i = 0; i < count; i++) {
            long hash =
                    mixed(lower.substring(i, Math.min(lower.length(), i + n)).hashCode());
            indices[i] = (int) Math.floorMod(hash, (long) dimension);
        }
        return Arrays.stream(indices).sorted().distinct().toArray();
    }

    /** The finisher of SplitMix64. */
    private static long mixed(long value) {
        long hash = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}
