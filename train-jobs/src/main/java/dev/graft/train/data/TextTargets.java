// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

/**
 * A text and what the logits of its head should be.
 *
 * @param ids of its tokens, the special ones included
 * @param expected for each logit: of several labels 1 where the text has the label and 0 where not, of a regression the number
 */
public record TextTargets(String id, long[] ids, float[] expected) implements Row {
    @Override
    public int tokens() {
        return ids.length;
    }

    @Override
    public int targets() {
        return 1;
    }
}
