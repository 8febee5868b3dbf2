// SPDX-License-Identifier: Apache-2.0
package dev.graft.train;

import dev.graft.nn.Pass;
import dev.graft.train.data.Row;
import java.util.List;

/** What a model is taught: the loss of rows, and how good it is at them. It holds the model. */
public interface Objective<R extends Row> {
    /**
     * A row as one step sees it, where that is drawn anew each time.
     *
     * @param seed of the draw
     */
    default R drawn(R row, long seed) {
        return row;
    }

    /**
     * The rows of a step, all drawn, where what is learnt of them hangs on what the model makes of them now.
     *
     * @param progress share of the steps that were taken before, from 0 to under 1
     */
    default List<R> chosen(List<R> rows, double progress) {
        return rows;
    }

    /**
     * The sum of the losses of the rows' targets, in nats. Its gradients, times {@code share}, are added to those at the
     * parameters; nothing else of the pass stays in memory.
     *
     * @param rows that are read together
     */
    double learn(List<R> rows, double share, Pass pass);

    /** How good the model is at rows, without dropout and draws: equal models give equal figures. */
    Figures evaluate(List<R> rows);
}
