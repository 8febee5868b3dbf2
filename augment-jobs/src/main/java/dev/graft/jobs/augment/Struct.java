// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment;

import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeArrayWriter;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Puts structs of {@link Copies#SCHEMA} together as bytes, in the layout of Spark's own rows: an object for each edit and each
 * number costs more than all else that is done to read a copy. The parts are given in the order of the schema.
 */
final class Struct {
    private final UnsafeRowWriter struct = new UnsafeRowWriter(Copies.SCHEMA.size(), 512);
    private final UnsafeArrayWriter edits = new UnsafeArrayWriter(struct, Long.BYTES);
    private final UnsafeRowWriter edit = new UnsafeRowWriter(edits, 3);
    private final UnsafeArrayWriter names = new UnsafeArrayWriter(struct, Long.BYTES);
    private final UnsafeArrayWriter values = new UnsafeArrayWriter(struct, Double.BYTES);
    private int start;
    private int next;

    void begin(UTF8String source, UTF8String operator, int copy, long seed) {
        struct.reset();
        struct.zeroOutNullBytes();
        struct.write(0, source);
        struct.write(1, operator);
        struct.write(2, copy);
        struct.write(3, seed);
    }

    void beginEdits(int number) {
        start = struct.cursor();
        edits.initialize(number);
        next = 0;
    }

    /** Its replacement stands in {@code bytes}. */
    void edit(int from, int to, byte[] bytes, int offset, int length) {
        int before = edits.cursor();
        edit.resetRowWriter();
        edit.write(0, from);
        edit.write(1, to);
        edit.write(2, bytes, offset, length);
        edits.setOffsetAndSizeFromPreviousCursor(next++, before);
    }

    void endEdits() {
        struct.setOffsetAndSizeFromPreviousCursor(4, start);
    }

    void intensity(double intensity) {
        struct.write(5, intensity);
    }

    /** A map is the size of the array of its keys, this, and the array of its values. */
    void scores(UTF8String[] name, double[] value) {
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
    UnsafeRow end() {
        return struct.getRow().copy();
    }
}
