// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

/** A 64-bit hash of a text: of ten million texts, two share one with a probability of some 3 in a million. */
final class TextHash {
    private TextHash() {}

    /** FNV-1a over chars, finished by the SplitMix64 mixer. */
    static long of(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
            hash ^= hash >>> 29;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}
