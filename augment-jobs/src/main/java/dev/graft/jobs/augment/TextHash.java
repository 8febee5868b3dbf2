// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

/** A 64-bit hash of a text: of ten million texts, two share one with a probability of some 3 in a million. */
final class TextHash {
    private TextHash() {}

    /** Four chars at a time, multiplied and folded as in wyhash; finished by the SplitMix64 mixer. */
    static long of(String text) {
        long hash = 0xcbf29ce484222325L ^ text.length();
        int at = 0;
        for (; at + 4 <= text.length(); at += 4) {
            long four = text.charAt(at)
                    | ((long) text.charAt(at + 1) << 16)
                    | ((long) text.charAt(at + 2) << 32)
                    | ((long) text.charAt(at + 3) << 48);
            hash = folded(hash ^ four);
        }
        for (; at < text.length(); at++) {
            hash = folded(hash ^ text.charAt(at));
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }

    private static long folded(long mixed) {
        long product = mixed * 0x9e3779b97f4a7c15L;
        return product ^ (product >>> 32);
    }
}
