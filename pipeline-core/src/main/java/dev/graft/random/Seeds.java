// SPDX-License-Identifier: Apache-2.0
package dev.graft.random;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Seeds that depend on what is augmented, never on where or when. */
public final class Seeds {
    private static final long BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private Seeds() {}

    /** A 64-bit FNV-1a hash, finished by the SplitMix64 mixer, of (run seed, document id, operator, copy). */
    public static long of(long runSeed, String documentId, String operator, int copy) {
        return of(document(runSeed, documentId), operator, copy);
    }

    /** The part of {@link #of(long, String, String, int)} that all copies of a document share. */
    public static long document(long runSeed, String documentId) {
        return fold(fold(BASIS, Long.toString(runSeed)), documentId);
    }

    /**
     * As {@link #of(long, String, String, int)}.
     *
     * @param document of {@link #document}
     */
    public static long of(long document, String operator, int copy) {
        long hash = fold(document, operator);
        hash = fold(hash, Integer.toString(copy));
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }

    /** As {@link #of(long, String, String, int)}, of (run seed, purpose, index): for draws that no document causes. */
    public static long ofPurpose(long runSeed, String purpose, int index) {
        return of(runSeed, purpose, "", index);
    }

    /** The generator of one seed. */
    public static RandomGenerator random(long seed) {
        return new SplittableRandom(seed);
    }

    /** FNV-1a over the bytes of the text in UTF-8. */
    private static long fold(long start, String part) {
        long hash = start;
        for (int i = 0; i < part.length(); i++) {
            if (part.charAt(i) > 0x7f) {
                return fold(start, part.getBytes(StandardCharsets.UTF_8));
            }
            hash = (hash ^ part.charAt(i)) * PRIME;
        }
        return end(hash);
    }

    private static long fold(long start, byte[] part) {
        long hash = start;
        for (byte b : part) {
            hash = (hash ^ (b & 0xff)) * PRIME;
        }
        return end(hash);
    }

    /** 0xff never occurs in UTF-8, so ("a", "bc") and ("ab", "c") differ. */
    private static long end(long hash) {
        return (hash ^ 0xff) * PRIME;
    }
}
