// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.tune;

import dev.graft.train.data.Cuts;
import dev.graft.train.data.Row;
import java.util.Locale;

/** What can be told of a training before it starts. */
final class Check {
    private Check() {}

    /** A line on the rows: how many, how long, how much is cut off and refused. */
    static <R extends Row> String rows(Tuning<R> tuning) {
        TuneRows<R> rows = tuning.rows();
        Cuts cuts = rows.cuts();
        return String.format(
                Locale.ROOT,
                "%,d rows to learn from and %,d held out; %,d tokens, of which %,d carry loss; %.1f %% of the rows are cut at"
                        + " max-length = %d, and %.1f %% of the tokens that carry loss with them; %,d rows refused; %,d steps",
                rows.train().size(),
                rows.validation().size(),
                rows.train().stream().mapToLong(Row::tokens).sum(),
                cuts.targets() - cuts.lost(),
                100.0 * cuts.cut() / Math.max(1, cuts.rows()),
                tuning.settings().maxLength(),
                100.0 * cuts.lost() / Math.max(1, cuts.targets()),
                rows.refused().size(),
                tuning.steps());
    }
}
