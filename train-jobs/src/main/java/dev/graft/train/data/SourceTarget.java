// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

/**
 * A text and what a model should write of it.
 *
 * @param source tokens with their end
 * @param target tokens with their end, and without what a target begins with
 */
public record SourceTarget(String id, long[] source, long[] target) implements Row {
    public SourceTarget {
        if (source.length == 0 || target.length == 0) {
            throw new IllegalArgumentException("row " + id + " has " + source.length + " source and " + target.length
                    + " target tokens; allowed is 1 or more of each");
        }
    }

    /** Of both. */
    @Override
    public int tokens() {
        return source.length + target.length;
    }

    @Override
    public int targets() {
        return target.length;
    }
}
