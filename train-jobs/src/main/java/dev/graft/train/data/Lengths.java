// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

import java.util.List;
import java.util.Optional;

/** Rows that may know how many tokens each has without being read one by one. */
public interface Lengths {
    /** The tokens of each row, if they are known. */
    Optional<int[]> lengths();

    /** Those of any rows, if they are known. */
    static Optional<int[]> of(List<?> rows) {
        return rows instanceof Lengths some ? some.lengths() : Optional.empty();
    }
}
