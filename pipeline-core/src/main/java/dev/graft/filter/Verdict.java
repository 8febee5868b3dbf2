// SPDX-License-Identifier: Apache-2.0
package dev.graft.filter;

/** What a filter says of a candidate. */
public sealed interface Verdict {
    Verdict KEEP = new Keep();

    /** The candidate passes. */
    record Keep() implements Verdict {}

    /**
     * The candidate goes to the rejected rows.
     *
     * @param reason a filter's name and side, such as {@code length-ratio-low}: few distinct values, they are counted
     */
    record Drop(String reason) implements Verdict {}
}
