// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

/**
 * A text with its class.
 *
 * @param ids of its tokens, the special ones included
 * @param label index of the class
 */
public record Labelled(String id, long[] ids, int label) implements Row {
    @Override
    public int tokens() {
        return ids.length;
    }

    @Override
    public int targets() {
        return 1;
    }
}
