// SPDX-License-Identifier: Apache-2.0
package dev.graft.corpus;

import dev.graft.storage.Sha256;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.HexFormat;

/**
 * Splits by a stable hash of the group, so that a group is never torn apart and a row that is added later moves no
 * other row.
 *
 * @param validation share of the groups, from 0 to 1
 * @param test share of the groups, from 0 to 1; with {@code validation} under 1
 */
public record Splitter(double validation, double test) implements Serializable {
    private static final BigInteger BUCKETS = BigInteger.valueOf(1_000_000);

    public Splitter {
        if (!(validation >= 0 && test >= 0 && validation + test < 1)) {
            throw new IllegalArgumentException("split validation = " + validation + ", test = " + test
                    + "; allowed are shares from 0 whose sum is under 1");
        }
    }

    /** Whether everything is for training. */
    public boolean trainsOnAll() {
        return validation == 0 && test == 0;
    }

    /** The part that every document of a group belongs to. */
    public Split split(String group) {
        double at = position(group);
        if (at < test) {
            return Split.TEST;
        }
        return at < test + validation ? Split.VALIDATION : Split.TRAIN;
    }

    /** Where a group stands from 0 to 1, evenly spread; also the order in which a limit takes rows. */
    public static double position(String group) {
        return new BigInteger(1, Sha256.bytes(group)).mod(BUCKETS).doubleValue() / BUCKETS.doubleValue();
    }

    /** The id of a document that brings none: the first 16 hex digits of its content's SHA-256. */
    public static String contentId(String text) {
        return HexFormat.of().formatHex(Sha256.bytes(text), 0, 8);
    }
}
