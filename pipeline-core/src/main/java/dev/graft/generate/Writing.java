// SPDX-License-Identifier: Apache-2.0
package dev.graft.generate;

import java.util.List;
import java.util.Optional;

/** A request while it is answered: the rows of a batch that it holds, which lie behind each other. */
interface Writing {
    /**
     * What goes on.
     *
     * @param row of the request's own, which it goes on from
     * @param token that is written
     */
    record Next(int row, int token) {}

    /** The most of the likeliest tokens that it looks at in the next step, of each row; 0 if it looks at all logits. */
    int wanted();

    /**
     * Looks at a step and chooses. Begins with one row, and has as many as it went on with.
     *
     * @param first row of the request's own
     * @return what goes on; nothing where it is done
     */
    List<Next> advance(StepScores step, int first);

    /** The answers once nothing goes on; none where a choice was closer than the batch's floats can tell. */
    Optional<List<Hypothesis>> answers();
}
