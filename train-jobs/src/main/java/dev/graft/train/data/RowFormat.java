// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * How rows of a kind are stored: as arrays of whole numbers, each behind its length, of 4 bytes each, big end first.
 *
 * @param arrays of a row
 * @param row of an id and its arrays
 */
public record RowFormat<R extends Row>(Function<R, List<long[]>> arrays, BiFunction<String, List<long[]>, R> row) {
    public static final RowFormat<LabelledTokens> TOKENS = new RowFormat<>(
            row -> List.of(row.ids(), row.labels()),
            (id, arrays) -> new LabelledTokens(id, arrays.get(0), arrays.get(1)));

    public static final RowFormat<Pair> PAIRS = new RowFormat<>(
            row -> List.of(
                    row.chosen().ids(),
                    row.chosen().labels(),
                    row.rejected().ids(),
                    row.rejected().labels()),
            (id, arrays) -> new Pair(
                    id,
                    new LabelledTokens(id, arrays.get(0), arrays.get(1)),
                    new LabelledTokens(id, arrays.get(2), arrays.get(3))));

    public static final RowFormat<Words> WORDS = new RowFormat<>(
            row -> List.of(row.ids(), Arrays.stream(row.words()).asLongStream().toArray(), row.labels()),
            (id, arrays) -> new Words(
                    id,
                    arrays.get(0),
                    Arrays.stream(arrays.get(1)).mapToInt(Math::toIntExact).toArray(),
                    arrays.get(2)));

    /** Numbers as the bits of their floats. */
    public static final RowFormat<TextTargets> TARGETS = new RowFormat<>(
            row -> List.of(row.ids(), bits(row.expected())),
            (id, arrays) -> new TextTargets(id, arrays.get(0), floats(arrays.get(1))));

    private static long[] bits(float[] values) {
        long[] bits = new long[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToIntBits(values[i]);
        }
        return bits;
    }

    private static float[] floats(long[] bits) {
        float[] values = new float[bits.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(Math.toIntExact(bits[i]));
        }
        return values;
    }

    public byte[] bytes(R given) {
        List<long[]> all = arrays.apply(given);
        ByteBuffer bytes = ByteBuffer.allocate(
                4 * all.size() + 4 * all.stream().mapToInt(each -> each.length).sum());
        for (long[] array : all) {
            bytes.putInt(array.length);
            for (long value : array) {
                bytes.putInt(Math.toIntExact(value));
            }
        }
        return bytes.array();
    }

    /**
     * A row with its name before it.
     *
     * @param content as {@link #bytes} gives it
     */
    public static byte[] named(String id, byte[] content) {
        byte[] name = id.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + name.length + content.length)
                .putInt(name.length)
                .put(name)
                .put(content)
                .array();
    }

    /** The row that {@link #named} is of. */
    public R row(ByteBuffer named) {
        byte[] name = new byte[named.getInt()];
        named.get(name);
        return row(new String(name, StandardCharsets.UTF_8), named);
    }

    /** The row that gave these bytes. */
    public R row(String id, ByteBuffer bytes) {
        List<long[]> all = new ArrayList<>();
        while (bytes.hasRemaining()) {
            long[] array = new long[bytes.getInt()];
            for (int i = 0; i < array.length; i++) {
                array[i] = bytes.getInt();
            }
            all.add(array);
        }
        return row.apply(id, all);
    }
}
