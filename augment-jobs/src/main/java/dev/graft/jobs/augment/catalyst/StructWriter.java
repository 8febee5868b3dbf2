// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.catalyst;

import dev.graft.jobs.augment.schema.AugmentedSchema;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeArrayWriter;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Puts structs of {@link AugmentedSchema#STRUCT} together as bytes, in the layout of Spark's own rows: an object for each edit and each
 * number costs more than all else that is done to read a copy. The parts are given in the order of the schema.
 */
public final class StructWriter {
    /** Bytes of an edit but for its replacement. */
    private static final int EDIT = 32;

    private final UnsafeRowWriter struct = new UnsafeRowWriter(AugmentedSchema.STRUCT.size(), 512);
    private final UnsafeArrayWriter edits = new UnsafeArrayWriter(struct, Long.BYTES);
    private final UnsafeArrayWriter names = new UnsafeArrayWriter(struct, Long.BYTES);
    private final UnsafeArrayWriter values = new UnsafeArrayWriter(struct, Double.BYTES);
    private int start;
    private int next;

    public void begin(UTF8String source, UTF8String operator, int copy, long seed) {
        struct.reset();
        struct.zeroOutNullBytes();
        struct.write(0, source);
        struct.write(1, operator);
        struct.write(2, copy);
        struct.write(3, seed);
    }

    public void beginEdits(int number) {
        start = struct.cursor();
        edits.initialize(number);
        next = 0;
    }

    /**
     * Its replacement stands in {@code bytes}. An edit is a row of three fields: eight bytes of nulls, eight of each field, and
     * the replacement, filled up to eight. Written by hand, as there are several in every copy.
     */
    public void edit(int from, int to, byte[] bytes, int offset, int length) {
        int before = edits.cursor();
        int padded = (length + 7) & ~7;
        edits.grow(EDIT + padded);
        byte[] into = edits.getBuffer();
        Platform.putLong(into, before, 0);
        Platform.putLong(into, before + 8L, 0);
        Platform.putInt(into, before + 8L, from);
        Platform.putLong(into, before + 16L, 0);
        Platform.putInt(into, before + 16L, to);
        Platform.putLong(into, before + 24L, (long) EDIT << 32 | length);
        if (padded > 0) {
            Platform.putLong(into, before + (long) EDIT + padded - 8, 0);
            System.arraycopy(bytes, offset, into, before - Platform.BYTE_ARRAY_OFFSET + EDIT, length);
        }
        edits.increaseCursor(EDIT + padded);
        edits.setOffsetAndSizeFromPreviousCursor(next++, before);
    }

    public void endEdits() {
        struct.setOffsetAndSizeFromPreviousCursor(4, start);
    }

    public void intensity(double intensity) {
        struct.write(5, intensity);
    }

    /** A map is the size of the array of its keys, this, and the array of its values. */
    public void scores(UTF8String[] name, double[] value) {
        start = struct.cursor();
        struct.grow(Long.BYTES);
        struct.increaseCursor(Long.BYTES);
        names.initialize(name.length);
        for (int i = 0; i < name.length; i++) {
            names.write(i, name[i]);
        }
        Platform.putLong(struct.getBuffer(), start, struct.cursor() - (long) start - Long.BYTES);
        values.initialize(value.length);
        for (int i = 0; i < value.length; i++) {
            values.write(i, value[i]);
        }
        struct.setOffsetAndSizeFromPreviousCursor(6, start);
    }

    /** The struct, in memory of its own. */
    public UnsafeRow end() {
        return struct.getRow().copy();
    }
}
