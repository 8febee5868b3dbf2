// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

/** Rows that know how many tokens each has without being read one by one. */
public interface Lengths {
    /** The tokens of each row. */
    int[] lengths();
}
