// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.schema;

import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * A 64-bit hash of a text, as Spark's function {@code xxhash64} gives it: of ten million texts, two share one with a
 * probability of some 3 in a million.
 */
public final class TextHash {
    private static final long SEED = 42;

    private TextHash() {}

    public static long of(String text) {
        return of(UTF8String.fromString(text));
    }

    public static long of(UTF8String text) {
        return XXH64.hashUTF8String(text, SEED);
    }
}
