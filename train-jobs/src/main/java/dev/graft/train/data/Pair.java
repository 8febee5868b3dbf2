// SPDX-License-Identifier: Apache-2.0
package dev.graft.train.data;

/** Two answers to one prompt, of which the first is preferred. */
public record Pair(String id, LabelledTokens chosen, LabelledTokens rejected) implements Row {
    /** Those of the longer one, twice: both are read side by side. */
    @Override
    public int tokens() {
        return 2 * Math.max(chosen.tokens(), rejected.tokens());
    }

    @Override
    public int targets() {
        return 1;
    }
}
