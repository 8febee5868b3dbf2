// SPDX-License-Identifier: Apache-2.0
package dev.graft.checkpoint;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.function.IntUnaryOperator;

/**
 * A tensor as its file has it: row by row in groups of values in few bits, each of which is {@code scale * code + minimum}, in 32
 * bits, or {@code scale * code} where there are no minima.
 *
 * @param bits of a code; 4 or 8
 * @param lowest the least code
 * @param group values that share a scale; a row is of whole groups
 * @param minima whether there are some
 */
public record Blocks(int bits, int lowest, int group, boolean minima, Source source) {
    /** Where codes lie; a file is read each time anew. */
    @FunctionalInterface
    public interface Source {
        /**
         * @param codes of a byte a value, which are filled
         * @param scales of one a group, which are filled
         * @param minima likewise; of 0 values where there are none
         */
        void read(ByteBuffer codes, FloatBuffer scales, FloatBuffer minima);
    }

    /**
     * With rows in another order.
     *
     * @param from the row that comes to stand at a row
     */
    Blocks moved(int rows, IntUnaryOperator from) {
        return new Blocks(bits, lowest, group, minima, (codes, scales, least) -> {
            ByteBuffer ownCodes = ByteBuffer.allocate(codes.remaining());
            FloatBuffer ownScales = FloatBuffer.allocate(scales.remaining());
            FloatBuffer ownMinima = FloatBuffer.allocate(least.remaining());
            int values = codes.remaining() / rows;
            int groups = scales.remaining() / rows;
            source.read(ownCodes, ownScales, ownMinima);
            for (int row = 0; row < rows; row++) {
                int there = from.applyAsInt(row);
                codes.put(ownCodes.array(), there * values, values);
                scales.put(ownScales.array(), there * groups, groups);
                if (minima) {
                    least.put(ownMinima.array(), there * groups, groups);
                }
            }
        });
    }
}
