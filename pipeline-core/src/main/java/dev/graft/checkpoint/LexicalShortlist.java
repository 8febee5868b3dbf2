// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * The target pieces that a source sentence may become: the most frequent ones and the likely translations of its own
 * pieces (Kim et al. 2019). File: u64 magic, checksum, first, best, count of offsets, count
 * of pieces; u64 offsets, u32 pieces; little-endian.
 */
public final class LexicalShortlist {
    private static final long MAGIC = 0xF11A48D5013417F5L;
    private static final int HEADER = 48;
    /** The engines that these files were made for fill a list up to a multiple of it. */
    private static final int MULTIPLE = 8;

    private final int first;
    private final int[] offsets;
    private final int[] pieces;
    private final int vocabulary;

    private LexicalShortlist(int first, int[] offsets, int[] pieces, int vocabulary) {
        this.first = first;
        this.offsets = offsets;
        this.pieces = pieces;
        this.vocabulary = vocabulary;
    }

    /**
     * @param file plain, or compressed if its name ends in {@code .gz}
     * @param sources pieces of the source language
     * @param targets pieces of the target language
     * @throws CheckpointException if the file is not such a list of these vocabularies, to the last byte
     */
    public static LexicalShortlist read(Path file, int sources, int targets) {
        ByteBuffer in = ByteBuffer.wrap(Gzip.read(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < HEADER || in.getLong(0) != MAGIC) {
            throw new CheckpointException(file + ": not a lexical shortlist: it does not begin with 0x"
                    + Long.toHexString(MAGIC) + " and a header of " + HEADER + " bytes");
        }
        long first = in.getLong(16);
        long offsetCount = in.getLong(32);
        long pieceCount = in.getLong(40);
        if (first < 0
                || first > targets
                || offsetCount != sources + 1L
                || pieceCount < 0
                || HEADER + 8 * offsetCount + 4 * pieceCount != in.limit()) {
            throw new CheckpointException(file + ": " + in.limit() + " bytes with " + first + " first pieces, "
                    + offsetCount + " offsets and " + pieceCount + " pieces are no shortlist of " + sources + " to "
                    + targets + " pieces");
        }
        int[] offsets = new int[(int) offsetCount];
        in.position(HEADER);
        for (int i = 0; i < offsets.length; i++) {
            long offset = in.getLong();
            if (offset < (i == 0 ? 0 : offsets[i - 1]) || offset > pieceCount) {
                throw new CheckpointException(file + ": offset " + offset + " of piece " + i + " is out of order");
            }
            offsets[i] = (int) offset;
        }
        int[] pieces = new int[(int) pieceCount];
        in.asIntBuffer().get(pieces);
        for (int piece : pieces) {
            if (piece < 0 || piece >= targets) {
                throw new CheckpointException(
                        file + ": piece " + Integer.toUnsignedString(piece) + " is beyond a vocabulary of " + targets);
            }
        }
        return new LexicalShortlist((int) first, offsets, pieces, targets);
    }

    /** The candidates of one sentence's pieces. */
    public BitSet candidates(int[] source) {
        BitSet candidates = new BitSet(vocabulary);
        candidates.set(0, first);
        for (int piece : source) {
            for (int at = offsets[piece]; at < offsets[piece + 1]; at++) {
                candidates.set(pieces[at]);
            }
        }
        int missing = Math.floorMod(-candidates.cardinality(), MULTIPLE);
        for (int next = candidates.nextClearBit(first); missing > 0 && next < vocabulary; missing--) {
            candidates.set(next);
            next = candidates.nextClearBit(next);
        }
        return candidates;
    }
}
