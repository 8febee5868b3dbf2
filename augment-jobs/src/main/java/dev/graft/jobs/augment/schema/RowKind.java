// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.schema;

import org.apache.spark.unsafe.types.UTF8String;

/** Which of the rows with one text stays: that of the evaluation before a training row, and this before a copy. */
public enum RowKind {
    EVALUATION,
    ORIGINAL,
    COPY;

    public static final int SHIFT = 61;

    public long rank(String id) {
        return rank(UTF8String.fromString(id));
    }

    public long rank(UTF8String id) {
        return first() | (TextHash.of(id) >>> (Long.SIZE - SHIFT));
    }

    /** The hash of the id of a row, its last three bits left out. */
    public static long hash(long rank) {
        return rank << (Long.SIZE - SHIFT);
    }

    /** The least rank of the kind. */
    public long first() {
        return (long) ordinal() << SHIFT;
    }
}
