// SPDX-License-Identifier: Apache-2.0
package dev.graft.jobs.augment.catalyst;

import dev.graft.report.Survey;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Figures of rows: how many, how intense, how similar. */
public final class Tally implements Serializable {
    private static final long serialVersionUID = 1;

    private final long[] intensity = new long[Survey.BINS];
    private long rows;
    private long scored;
    private double similarity;

    /** Counts an original. */
    public void add() {
        rows++;
    }

    /** Counts a copy. */
    public void add(double itsIntensity) {
        rows++;
        intensity[(int) Math.min(itsIntensity * Survey.BINS, Survey.BINS - 1.0)]++;
    }

    /** Of a copy that is counted already. */
    public void addSimilarity(double cosine) {
        scored++;
        similarity += cosine;
    }

    public Tally add(Tally others) {
        rows += others.rows;
        scored += others.scored;
        similarity += others.similarity;
        Arrays.setAll(intensity, bin -> intensity[bin] + others.intensity[bin]);
        return this;
    }

    public long rows() {
        return rows;
    }

    /** Copies by bin, see {@link Survey.Kept}. */
    public List<Long> intensity() {
        return Arrays.stream(intensity).boxed().toList();
    }

    /** The mean; null where no row has one. The order of the sum differs from run to run: digits that depend on it are left out. */
    @Nullable
    public Double similarity() {
        return scored == 0 ? null : Math.round(1e4 * similarity / scored) / 1e4;
    }
}
